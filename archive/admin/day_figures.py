"""The figures of a dataset on one day, in a table of boxes: regions in rows, measures in columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from archive.forms import DayField
from archive.ingest.statistics.values import read_number
from archive.models import Dataset, Measure, Observation, Region
from archive.statistics.figures import standings
from archive.text.dates import format_date, format_number

MOST_BOXES = 900
"""Django reads no more fields of a form than a thousand: a dataset with more is edited a measure at a time."""


class FigureField(forms.CharField):
    """A figure in either digits, with or without separators; empty where none was reported."""

    default_error_messages = {"invalid": gettext_lazy("Write a number, or leave it empty.")}

    def __init__(self, *, max_digits=None, decimal_places=None, **kwargs):
        kwargs.setdefault("widget", forms.TextInput)
        super().__init__(**kwargs)
        self.widget.attrs |= {"inputmode": "decimal", "dir": "ltr", "autocomplete": "off"}

    def prepare_value(self, value):
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value

    def to_python(self, value):
        if isinstance(value, Decimal):
            return value
        try:
            return read_number(value or "")
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None

    def has_changed(self, initial, data):
        try:
            return self.to_python(data) != initial
        except ValidationError:
            return True


class DayForm(forms.Form):
    """Which day, and of a large dataset which measure."""

    date = DayField(
        label=gettext_lazy("day"),
        example="2020-05-31",
        invalid=gettext_lazy("This is no date: write it as 2020-05-31."),
    )
    measure = forms.CharField(required=False)


@dataclass(frozen=True)
class DayFigures:
    """The figures of DATASET on DAY, those of MEASURES: what they are, and what they were the last time before."""

    dataset: Dataset
    day: date
    measures: Sequence[Measure]

    @cached_property
    def before(self) -> dict[int, dict[int, tuple[Decimal, date]]]:
        """The last figures before the day, by measure and region."""
        eve = self.day - timedelta(days=1)
        return {
            measure.pk: {
                one.region.pk: (Decimal(str(one.value)), one.day)
                for one in standings(measure, self.measures, until=eve)
                if one.value is not None
            }
            for measure in self.measures
        }

    @cached_property
    def regions(self) -> list[Region]:
        return [one.region for one in standings(self.measures[0], self.dataset_measures)] if self.measures else []

    @cached_property
    def dataset_measures(self) -> list[Measure]:
        return list(self.dataset.measures.all())

    @cached_property
    def stored(self) -> dict[tuple[int, int], Observation]:
        found = Observation.objects.filter(measure__in=self.measures, date=self.day)
        return {(one.measure_id, one.region_id): one for one in found}

    def form(self, data: Mapping | None) -> forms.Form:
        """A form with a box for each figure."""
        form = forms.Form(data)
        for region in self.regions:
            for measure in self.measures:
                stored = self.stored.get((measure.pk, region.pk))
                field = FigureField(
                    required=False,
                    initial=stored.value if stored else None,
                    # What has changed is told from what the editor saw, not from what others wrote since.
                    show_hidden_initial=True,
                )
                field.widget.attrs["aria-label"] = f"{region.label}: {measure.label}"
                form.fields[f"{measure.pk}-{region.pk}"] = field
        return form

    @transaction.atomic
    def save(self, form: forms.Form) -> list[tuple[Measure, Region, Decimal | None]]:
        """Write what FORM changes, each kind of change in one statement; return it."""
        by_name = {f"{m.pk}-{r.pk}": (m, r) for r in self.regions for m in self.measures}
        changed = [(*by_name[name], form.cleaned_data[name]) for name in form.changed_data]
        new, other = [], []
        for measure, region, value in changed:
            stored = self.stored.get((measure.pk, region.pk))
            if stored:
                stored.value = value
                other.append(stored)
            else:
                new.append(Observation(measure=measure, region=region, date=self.day, value=value))
        Observation.objects.bulk_create(
            new, update_conflicts=True, unique_fields=["measure", "region", "date"], update_fields=["value"]
        )
        Observation.objects.bulk_update(other, ["value"])
        return changed

    def falls(self, changed: Sequence[tuple[Measure, Region, Decimal | None]]) -> list[str]:
        """What of CHANGED are totals below the last one before: readers will see a correction."""
        found = []
        for measure, region, value in changed:
            before, _day = self.before[measure.pk].get(region.pk, (None, None))
            if measure.is_total and value is not None and before is not None and value < before:
                found.append(
                    _(
                        "%(region)s, %(measure)s: lower than the figure before it, %(before)s. "
                        "Readers see a correction."
                    )
                    % {"region": region.label, "measure": measure.label, "before": _number(before)}
                )
        return found


def day_figures_view(request: HttpRequest, pk: int, context: dict, model_admin: admin.ModelAdmin) -> HttpResponse:
    """Show the figures of a day in boxes, and write what is changed in them. CONTEXT is the admin site's."""
    if not request.user.has_perms(["archive.change_observation", "archive.add_observation"]):
        raise PermissionDenied
    dataset = get_object_or_404(Dataset, pk=pk)
    asked = DayForm(request.GET)
    asked.is_valid()
    figures = _figures(dataset, asked)
    form = figures.form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        _save(request, figures, form)
        return redirect(f"{request.path}?{request.GET.urlencode()}")
    if form.errors:
        message = ngettext("%(count)s figure is no number.", "%(count)s figures are no numbers.", len(form.errors))
        messages.error(request, message % {"count": _number(len(form.errors))})
    return render(
        request,
        "admin/archive/dataset/figures.html",
        context
        | {
            "opts": model_admin.opts,
            "title": _("Figures of a day"),
            "dataset": dataset,
            "asked": asked,
            "day": figures.day,
            # The day that is shown is the one that is written, whatever has come since.
            "address": f"?{urlencode({**request.GET.dict(), 'date': figures.day.isoformat()})}",
            "days": [_day_link(request.path, figures, step) for step in (-1, 1)],
            "measures": figures.measures,
            "measure_links": _measure_links(request.path, figures),
            "rows": [_row(figures, form, region) for region in figures.regions],
        },
    )


def _figures(dataset: Dataset, asked: DayForm) -> DayFigures:
    measures = list(dataset.measures.all())
    day = asked.cleaned_data.get("date") or _last_day(measures) or timezone.localdate()
    figures = DayFigures(dataset, day, measures)
    if len(measures) * len(figures.regions) <= MOST_BOXES:
        return figures
    wanted = asked.cleaned_data.get("measure")
    return DayFigures(dataset, day, [next((one for one in measures if one.slug == wanted), measures[0])])


def _last_day(measures: Sequence[Measure]) -> date | None:
    last = Observation.objects.filter(measure__in=measures, value__isnull=False).order_by("-date").first()
    return last and last.date


def _save(request: HttpRequest, figures: DayFigures, form: forms.Form) -> None:
    changed = figures.save(form)
    count = len(changed)
    message = ngettext("%(count)s figure was saved.", "%(count)s figures were saved.", count)
    messages.success(request, message % {"count": _number(count)})
    for fall in figures.falls(changed):
        messages.warning(request, fall)
    if changed:
        LogEntry.objects.log_actions(
            request.user.pk,
            [figures.dataset],
            CHANGE,
            change_message=f"{figures.day.isoformat()}: {count}",
            single_object=True,
        )


def _row(figures: DayFigures, form: forms.Form, region: Region) -> dict:
    return {
        "region": region,
        "cells": [
            {
                "box": form[f"{measure.pk}-{region.pk}"],
                "before": _before(figures.before[measure.pk].get(region.pk)),
            }
            for measure in figures.measures
        ],
    }


def _before(known: tuple[Decimal, date] | None) -> str:
    return _number(known[0]) if known else ""


def _day_link(url: str, figures: DayFigures, step: int) -> dict:
    day = figures.day + timedelta(days=step)
    return {"label": format_date(day, get_language()), "url": _address(url, figures, day), "is_next": step > 0}


def _measure_links(url: str, figures: DayFigures) -> list[dict]:
    """Of a dataset that is edited a measure at a time: its measures."""
    if len(figures.measures) == len(figures.dataset_measures):
        return []
    return [
        {
            "label": measure.label,
            "url": f"{url}?{urlencode({'date': figures.day.isoformat(), 'measure': measure.slug})}",
            "chosen": measure in figures.measures,
        }
        for measure in figures.dataset_measures
    ]


def _address(url: str, figures: DayFigures, day: date) -> str:
    asked = {"date": day.isoformat()}
    if len(figures.measures) < len(figures.dataset_measures):
        asked["measure"] = figures.measures[0].slug
    return f"{url}?{urlencode(asked)}"


def _number(value: Decimal | int) -> str:
    return format_number(f"{Decimal(value).normalize():f}", get_language())
