"""The article's form: what an editor knows of the date, who may publish, and a clean body."""

import re
from datetime import date, datetime, time
from typing import NamedTuple

from django import forms
from django.contrib.admin.widgets import AdminRadioSelect
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.utils import from_current_timezone
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from archive.admin.addresses import PageAddressField
from archive.admin.article_conflicts import is_outdated, shown_version
from archive.admin.article_states import STATE_BUTTON, check_state, given
from archive.admin.body_editor import BodyField
from archive.admin.date_boxes import DateTimeBoxes
from archive.admin.related import DecisionsField, show_related
from archive.models import Article
from archive.newsroom import states
from archive.text.dates import isolate_dates
from archive.text.html import plain_text
from archive.text.normalize import has_words

Precision = Article.Precision

_YEAR = re.compile(r"^(?P<year>\d{4})$")
_MONTH = re.compile(r"^(?P<year>\d{4})[-/](?P<month>\d{1,2})$|^(?P<first_month>\d{1,2})/(?P<last_year>\d{4})$")
_COARSEST_FIRST = [Precision.YEAR, Precision.MONTH, Precision.DAY, Precision.MINUTE]


class PartialDate(NamedTuple):
    """A date as typed: DAY is its first day when KNOWN is only its month or year."""

    day: date
    known: Precision


class WrittenDate(NamedTuple):
    date: PartialDate
    time: time | None


class PartialDateField(forms.DateField):
    """A date, or only its month (2017-12, 12/2017) or year (2017)."""

    def to_python(self, value):
        text = str(value or "").strip()
        if match := _YEAR.match(text):
            return PartialDate(self._first_day(match["year"], "1"), Precision.YEAR)
        if match := _MONTH.match(text):
            year, month = match["year"] or match["last_year"], match["month"] or match["first_month"]
            return PartialDate(self._first_day(year, month), Precision.MONTH)
        day = super().to_python(text)
        return PartialDate(day, Precision.DAY) if day else None

    def _first_day(self, year: str, month: str) -> date:
        try:
            return date(int(year), int(month), 1)
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class WrittenDateWidget(DateTimeBoxes):
    """Shows as much of the date as is known; keeps the time away from dates that have none."""

    def __init__(self, attrs=None):
        super().__init__(attrs)
        self.widgets[0].attrs["autocomplete"] = self.widgets[1].attrs["autocomplete"] = "off"


class WrittenDateField(forms.MultiValueField):
    widget = WrittenDateWidget

    def __init__(self, **kwargs):
        fields = (PartialDateField(required=False), forms.TimeField(required=False))
        super().__init__(fields, require_all_fields=False, **kwargs)

    def compress(self, data_list):
        written, at = data_list or (None, None)
        if at and not written:
            raise ValidationError(_("Give the date too, not only the time."), code="date_missing")
        return WrittenDate(written, at) if written else None


class ArticleForm(forms.ModelForm):
    body = BodyField(label=capfirst(_("body")), required=False)
    published_at = WrittenDateField(
        label=capfirst(_("published at")),
        required=False,
        help_text=lazy(lambda text: isolate_dates(str(text)), str)(
            _("A day, or only its month (2017-12) or year (2017) when no more is known.")
        ),
    )

    related = DecisionsField(label=_("Related articles that were found"), required=False)
    note = forms.CharField(
        label=_("Note on this change"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
        help_text=_("For colleagues: it is kept with the version. What readers should know is a correction, below."),
    )
    # The admin writes the label of a hidden box, too.
    version = forms.CharField(label="", required=False, widget=forms.HiddenInput)

    user = None
    """Whose form it is, as the admin says; None for no account's."""

    class Meta:
        model = Article
        fields = [
            "kicker",
            "title",
            "summary",
            "body",
            "section",
            "source",
            "authors",
            "place",
            "date_precision",
            "published_at",
            "status",
            "embargo_until",
            "importance",
            "noindex",
            "withdrawal_notice",
            "original_url",
            "external_id",
            "language",
            "collected_at",
        ]
        field_classes = {"original_url": PageAddressField}
        widgets = {
            "title": forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField title-field"}),
            "kicker": forms.TextInput(attrs={"class": "vTextField"}),
            "summary": forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
            "withdrawal_notice": forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
            "original_url": forms.TextInput(attrs={"class": "vTextField", "dir": "ltr"}),
            "date_precision": AdminRadioSelect,
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.published_at and "published_at" not in (kwargs.get("initial") or {}):
            self.initial["published_at"] = self.written_date(self.instance)
        if self.instance.pk:
            self.initial["status"] = self.instance.state()
            self.initial["version"] = shown_version(self.instance)
            if "related" in self.fields:
                show_related(self.fields["related"], self.instance)
        if self.user and "status" in self.fields:
            state = self.initial.get("status") or Article.Status.DRAFT
            open_to = {state, *states.reachable(self.user, state)}
            self.fields["status"].choices = [
                (code, label) for code, label in Article.Status.choices if code in open_to
            ]

    @staticmethod
    def written_date(row: models.Model) -> list[str]:
        """The date and time boxes of ROW, an article or a version of one."""
        return as_written(row.published_at, row.date_precision) if row.published_at else ["", ""]

    def clean_title(self):
        return " ".join(self.cleaned_data["title"].split())

    def clean_external_id(self):
        return self.cleaned_data["external_id"] or None

    def clean_collected_at(self):
        return self._as_stored("collected_at")

    def clean_embargo_until(self):
        return self._as_stored("embargo_until")

    def _as_stored(self, name: str) -> datetime | None:
        """The box shows no seconds: a time that is left as shown keeps its own."""
        stored, given = getattr(self.instance, name), self.cleaned_data[name]
        as_shown = stored and (stored.replace(microsecond=0), stored.replace(second=0, microsecond=0))
        return stored if as_shown and given in as_shown else given

    def clean(self):
        cleaned = super().clean()
        if "published_at" in cleaned and "date_precision" in cleaned:
            try:
                cleaned["published_at"] = self._moment(cleaned["published_at"], cleaned["date_precision"])
            except ValidationError as error:
                self.add_error("published_at", error)
        if is_outdated(self, cleaned):
            return cleaned
        check_state(self, cleaned, timezone.now())
        status, moment = cleaned.get("status"), given(self, cleaned, "published_at")
        if status == Article.Status.PUBLISHED and isinstance(moment, datetime) and moment > timezone.now():
            self._say_of_status(_("This date is in the future: choose “scheduled”, or correct the date."))
        if status == Article.Status.SCHEDULED and isinstance(moment, datetime) and moment <= timezone.now():
            self._take_as_published(cleaned, moment)
        to_read = (given(self, cleaned, "summary") or "", plain_text(given(self, cleaned, "body") or ""))
        if "body" in self.fields and self._comes_out(cleaned) and not has_words(*to_read):
            self.add_error("body", _("There is nothing to read: write the text or a summary, or keep it as a draft."))
        return cleaned

    def _post_clean(self):
        # Who has no box for it may still bring the article on by a button.
        if "status" not in self.fields and STATE_BUTTON in self.data and not self.errors:
            self.instance.status = self.cleaned_data["status"]
        super()._post_clean()

    def _say_of_status(self, message: str) -> None:
        """Beside the box of the status; beside the date for who has no such box, if they have that."""
        self.add_error(next((name for name in ("status", "published_at") if name in self.fields), None), message)

    def _comes_out(self, cleaned: dict) -> bool:
        """Is this to be seen that was not, at once or at its time? What is out already may be corrected in peace."""
        is_out = self.instance.pk and self.instance.state() == Article.Status.PUBLISHED
        return cleaned.get("status") in states.COMING_OUT and not is_out

    def _take_as_published(self, cleaned: dict, moment: datetime) -> None:
        """What was scheduled for MOMENT when its form was opened is out by now; nothing new waits for a time past."""
        if (self.instance.status, self.instance.published_at) == (Article.Status.SCHEDULED, moment):
            cleaned["status"] = Article.Status.PUBLISHED
        else:
            self._say_of_status(_("This date has passed: choose “published”, or correct the date."))

    def _moment(self, written: WrittenDate | None, precision: str) -> datetime | None:
        """The time to store: the beginning of what is known, in the site's time zone. Nothing is made up."""
        if precision == Precision.UNKNOWN:
            return None
        if written is None:
            raise ValidationError(_("Give the date, or choose “unknown”."), code="date_missing")
        day, known = written.date
        if _place(known) < min(_place(precision), _place(Precision.DAY)):
            raise ValidationError(
                _("The date says less than you chose: write more of it, or choose less."), code="date_too_short"
            )
        if precision == Precision.MINUTE:
            if written.time is None:
                raise ValidationError(_("Give the time too, or choose “day”."), code="time_missing")
            return from_current_timezone(datetime.combine(day, written.time))
        if precision == Precision.YEAR:
            day = day.replace(month=1, day=1)
        elif precision == Precision.MONTH:
            day = day.replace(day=1)
        # Not make_aware: on the night when clocks change there may be no midnight, and the day is still that day.
        return datetime.combine(day, time(), timezone.get_current_timezone())


def _place(precision: str) -> int:
    return _COARSEST_FIRST.index(precision)


def as_written(moment: datetime, precision: str) -> list[str]:
    """The date and time boxes of a stored MOMENT, with no more than PRECISION knows."""
    local = timezone.localtime(moment)
    formats = {Precision.YEAR: "%Y", Precision.MONTH: "%Y-%m"}
    clock = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    return [local.strftime(formats.get(precision, "%Y-%m-%d")), clock if precision == Precision.MINUTE else ""]
