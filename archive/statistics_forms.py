"""The input of the pages of figures: which measure, regions and days are shown, and how.

All of it stands in the address, so that every view can be linked, cited and embedded.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from archive.forms import PeriodForm, limit_message
from archive.models import Measure

MAX_REGIONS = 6
MAX_CODE_CHARS = 10

FIGURES, DAILY, MEAN = "figures", "daily", "mean"
SHOWN_OF = {
    Measure.Kind.TOTAL: (FIGURES, DAILY, MEAN),
    Measure.Kind.DAILY: (FIGURES, MEAN),
    Measure.Kind.LEVEL: (FIGURES, MEAN),
}
"""What can be shown of each kind of measure, the first where nothing is said."""

MILLION, LOGARITHMIC = "million", "log"
SORTS = ("name", "value", "change", "mean", "million")
DEFAULT_SORT = "-value"


@dataclass(frozen=True)
class FiguresView:
    """What is looked at: MEASURE of the regions with CODES, or of all together, from FIRST to LAST."""

    measure: Measure
    codes: tuple[str, ...] = ()
    show: str = FIGURES
    per_million: bool = False
    logarithmic: bool = False
    first: date | None = None
    last: date | None = None
    sort: str = DEFAULT_SORT

    @property
    def options(self) -> tuple[str, ...]:
        """What can be shown of the measure."""
        return SHOWN_OF[self.measure.kind]

    def changed(self, **changes) -> "FiguresView":
        """The same with CHANGES; what cannot be shown of another measure is left out."""
        other = replace(self, **changes)
        if other.show not in other.options:
            other = replace(other, show=FIGURES)
        if not other.measure.can_be_added:
            other = replace(other, per_million=False)
        return other

    def parameters(self, default: Measure) -> dict[str, str | list[str]]:
        """The parameters of its address; what is as it would be without them is left out."""
        said = {
            "measure": "" if self.measure == default else self.measure.slug,
            "region": list(self.codes),
            "show": "" if self.show == FIGURES else self.show,
            "per": MILLION if self.per_million else "",
            "scale": LOGARITHMIC if self.logarithmic else "",
            "from": self.first.isoformat() if self.first else "",
            "to": self.last.isoformat() if self.last else "",
            "sort": "" if self.sort == DEFAULT_SORT else self.sort,
        }
        return {name: value for name, value in said.items() if value}


def _choices(values: Sequence[str]) -> list[tuple[str, str]]:
    return [(value, value) for value in values]


class StatisticsForm(PeriodForm):
    """The parameters of the page of a dataset with MEASURES; what cannot be used is a message beside the figures.

    `region` may be given several times, and `add` is one more.
    """

    measure = forms.ChoiceField(required=False, error_messages={"invalid_choice": _("There is no such measure.")})
    show = forms.ChoiceField(
        choices=_choices((FIGURES, DAILY, MEAN)),
        required=False,
        error_messages={"invalid_choice": _("Figures are shown as reported, by day, or as means of seven days.")},
    )
    per = forms.ChoiceField(
        choices=_choices((MILLION,)),
        required=False,
        error_messages={"invalid_choice": _("Figures are shown as they are, or per million inhabitants.")},
    )
    scale = forms.ChoiceField(
        choices=_choices((LOGARITHMIC,)),
        required=False,
        error_messages={"invalid_choice": _("The scale is linear, or logarithmic.")},
    )
    sort = forms.ChoiceField(
        choices=_choices([sign + name for name in SORTS for sign in ("", "-")]),
        required=False,
        error_messages={"invalid_choice": _("The table cannot be sorted by this.")},
    )

    def __init__(self, data: QueryDict, measures: Sequence[Measure]):
        super().__init__(data)
        self.measures = {measure.slug: measure for measure in measures}
        self.fields["measure"].choices = _choices(list(self.measures))

    def clean(self):
        super().clean()
        if len(self._given_codes) > MAX_REGIONS:
            self.add_error(None, limit_message(_("Up to %(limit)s regions are compared."), MAX_REGIONS))
        return self.cleaned_data

    def view(self) -> FiguresView:
        """What of the input could be used. Which of the codes are of regions is not known here."""
        self.is_valid()
        usable = self.cleaned_data
        measure = self.measures.get(usable.get("measure")) or next(iter(self.measures.values()))
        return FiguresView(measure).changed(
            codes=tuple(self._given_codes[:MAX_REGIONS]),
            show=usable.get("show") or FIGURES,
            per_million=bool(usable.get("per")),
            logarithmic=bool(usable.get("scale")),
            first=usable.get("from"),
            last=usable.get("to"),
            sort=usable.get("sort") or DEFAULT_SORT,
        )

    @cached_property
    def _given_codes(self) -> list[str]:
        given = [*self.data.getlist("region"), *self.data.getlist("add")]
        codes = (code.replace("\0", "").strip().upper()[:MAX_CODE_CHARS] for code in given)
        return list(dict.fromkeys(filter(None, codes)))
