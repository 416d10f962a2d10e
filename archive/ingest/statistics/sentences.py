"""The sentences of what imports of figures report, for archive.ingest.notes."""

from django.utils.translation import gettext_lazy as _

FIGURES = {
    # Why a table, or its mapping, cannot be read.
    "figures_mapping_no_toml": _("the mapping is no TOML: %(problem)s"),
    "figures_mapping_unknown": _(
        "“%(name)s” means nothing in a mapping, or has a value of another kind than it takes"
    ),
    "figures_mapping_kind": _("“%(measure)s” is of no kind that there is: %(kinds)s"),
    "figures_no_table": _("it is no table that can be read: %(problem)s"),
    "figures_no_column": _("there is no column “%(name)s”; there are %(columns)s"),
    "figures_no_region": _(
        "none of its columns is called a country or a region; --mapping says which it is: %(columns)s"
    ),
    "figures_no_date": _(
        "none of its columns is called a date, and they are no days themselves; --mapping says which it is: %(columns)s"
    ),
    "figures_no_measure": _(
        "none of its columns holds a measure that is known here; --mapping says which do: %(columns)s"
    ),
    "figures_which_measure": _(
        "its columns are days, and nothing says what is counted; --measure or --mapping says it: %(columns)s"
    ),
    "figures_dates_ambiguous": _(
        "its dates can be read in two ways (%(example)s); date_format in --mapping says which is meant"
    ),
    "figures_not_kept": _("it cannot be kept so: %(field)s — %(problem)s"),
    # What is wrong with a row, or with one figure of it.
    "figure_no_date": _("no day: “%(text)s”"),
    "figure_no_region": _("the row names no region"),
    "figure_no_measure": _("no measure that is known here: “%(name)s”"),
    "figure_no_number": _("no number: “%(text)s”"),
    "figure_twice": _("another figure of %(region)s for %(date)s stands above; this one counts"),
    "figure_region_unknown": _("no region that is known: “%(name)s”; [regions] in --mapping says which it is"),
    "figure_region_twice": _("“%(name)s” is the same region as “%(other)s”, whose figures count"),
    # What there is to say of a whole table.
    "figures_demo_removed": _("the figures for demonstration were taken out first"),
    "figures_dataset_made": _("the dataset “%(name)s” is new"),
    "figures_measure_made": _("the measure “%(name)s” is new"),
    "figures_columns_ignored": _("columns that were not read: %(columns)s"),
    "figures_zeros": _("zeros that stand where nothing was reported, and were taken so: %(count)s"),
}
