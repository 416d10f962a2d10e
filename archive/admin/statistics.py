"""Datasets in the admin: what they measure, where their figures come from, and the figures themselves."""

from django.contrib import admin, messages
from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from archive.admin.addresses import HTTPS_ADDRESSES
from archive.admin.change_log import ReadableLog
from archive.admin.columns import latin_column, moment_column, number_column, visit_column, yes_no_column
from archive.admin.date_boxes import EITHER_DIGITS
from archive.admin.day_figures import FigureField, day_figures_view
from archive.admin.labels import LabelledCells, LabelledTabularInline
from archive.admin.row_versions import row_versions
from archive.admin.taxonomy import AddressedForm
from archive.admin.text_boxes import SHORT_TEXTS
from archive.models import Dataset, DatasetFeed, Measure, Observation, Region
from archive.statistics.figures import Value
from archive.tasks.feeds import request_visit
from archive.text.dates import format_date, format_number


class MeasureInline(LabelledTabularInline):
    model = Measure
    fields = ["name", "name_latin", "slug", "kind", "unit", "unit_latin", "position"]
    extra = 0


class DatasetFeedInline(LabelledCells, admin.StackedInline):
    model = DatasetFeed
    fields = ["url", "mapping", "interval_minutes", "active", "shown_fetched_at", "shown_result"]
    readonly_fields = ["shown_fetched_at", "shown_result"]
    formfield_overrides = HTTPS_ADDRESSES | SHORT_TEXTS
    extra = 0
    shown_fetched_at = moment_column("fetched_at", gettext_lazy("last visit"))
    shown_result = visit_column()


@admin.register(Dataset)
class DatasetAdmin(ReadableLog):
    form = AddressedForm
    formfield_overrides = HTTPS_ADDRESSES | SHORT_TEXTS
    inlines = [MeasureInline, DatasetFeedInline]
    list_display = ["name", "shown_visible", "shown_changed_at", "figures_link"]
    search_fields = ["name", "name_latin", "slug"]
    actions = ["fetch_now"]
    fieldsets = [
        (None, {"fields": ["name", "name_latin", "description", "description_latin", "slug"]}),
        (
            gettext_lazy("Source"),
            {"fields": ["source_name", "source_name_latin", "source_url", "licence", "licence_url"]},
        ),
        (gettext_lazy("On the site"), {"fields": ["visible", "position", "query"]}),
    ]
    shown_visible = yes_no_column("visible", gettext_lazy("readers see it"))
    shown_changed_at = moment_column("changed_at", gettext_lazy("last change of its figures"))

    def get_urls(self):
        figures = path(
            "<int:pk>/figures/", self.admin_site.admin_view(self.figures_view), name="archive_dataset_figures"
        )
        return [figures, *super().get_urls()]

    def figures_view(self, request: HttpRequest, pk: int):
        return day_figures_view(request, pk, self.admin_site.each_context(request), self)

    def view_on_site(self, dataset):
        return dataset.get_absolute_url() if dataset.visible else None

    def save_formset(self, request, form, formset, change):
        """What was known of another address, or read in another way, is no use: such a table is fetched soon."""
        for one in formset.forms:
            if isinstance(one.instance, DatasetFeed) and {"url", "mapping", "active"} & set(one.changed_data):
                feed = one.instance
                feed.etag = feed.last_modified = feed.digest = ""
                feed.failures, feed.problem, feed.next_at = 0, None, DatasetFeed().next_at
        super().save_formset(request, form, formset, change)

    @admin.display(description=gettext_lazy("figures"))
    def figures_link(self, dataset):
        url = reverse("admin:archive_dataset_figures", args=[dataset.pk])
        return format_html('<a href="{}">{}</a>', url, _("Edit the figures of a day"))

    @admin.action(description=gettext_lazy("Fetch its tables now"), permissions=["change"])
    def fetch_now(self, request, queryset):
        feeds = list(DatasetFeed.objects.filter(dataset__in=queryset, active=True))
        for feed in feeds:
            request_visit(feed)
        message = ngettext("%(count)s table is fetched now.", "%(count)s tables are fetched now.", len(feeds))
        self.message_user(request, message % {"count": format_number(len(feeds), get_language())}, messages.SUCCESS)


@admin.register(Region)
class RegionAdmin(ReadableLog):
    list_display = ["name", "shown_name_latin", "shown_code", "shown_population"]
    search_fields = ["name", "name_latin", "code"]
    fields = ["name", "name_latin", "code", "population", "population_year"]
    shown_name_latin = latin_column("name_latin", gettext_lazy("name in Latin letters"))
    shown_code = latin_column("code", gettext_lazy("code"))
    shown_population = number_column("population", gettext_lazy("inhabitants"))


@admin.register(Measure)
class MeasureAdmin(ReadableLog):
    """There is no list of them: they are edited with their dataset, and looked for by its figures."""

    search_fields = ["name", "name_latin", "slug", "dataset__name"]

    def has_module_permission(self, request):
        return False


@admin.register(Observation)
class ObservationAdmin(LabelledCells, ReadableLog):
    formfield_overrides = EITHER_DIGITS
    list_display = ["shown_date", "measure", "region", "value", "note"]
    list_editable = ["value", "note"]
    list_filter = ["measure__dataset", "measure"]
    list_select_related = ["measure__dataset", "region"]
    list_per_page = 50
    search_fields = ["region__name", "region__name_latin", "region__code"]
    search_help_text = gettext_lazy("A region, by its name or its code.")
    autocomplete_fields = ["measure", "region"]
    date_hierarchy = "date"
    show_full_result_count = False
    fields = ["measure", "region", "date", "value", "note", "shown_versions"]
    readonly_fields = ["shown_versions"]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "value":
            kwargs["form_class"] = FigureField
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("day"), ordering="date")
    def shown_date(self, observation):
        return format_date(observation.date, get_language(), short=True)

    @admin.display(description=gettext_lazy("what it was before"))
    def shown_versions(self, observation):
        if observation.pk is None:
            return self.get_empty_value_display()
        versions = row_versions(observation, ("value", "note"))
        lines = ((version.when, version.user or _("an import"), _said(**version.values)) for version in versions)
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{} — <bdi>{}</bdi>: {}</li>", lines)) or "—"


def _said(value: Value, note: str) -> str:
    shown = _("not reported") if value is None else format_number(f"{value.normalize():f}", get_language())
    return f"{shown} ({note})" if note else shown
