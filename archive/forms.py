"""All browser and API input enters here."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from archive.models import Banner, Entity, Section, Source
from archive.search.engine import SearchRequest, Sort
from archive.search.filters import SearchFilters
from archive.text.normalize import fold

MAX_TYPED_CHARS = 2000
MAX_PAGE_SIZE = 100
DEFAULT_PAGE_SIZE = 20

_YEAR_FIRST = re.compile(r"(?P<year>\d{4})(?:[-/](?P<month>\d{1,2})(?:[-/](?P<day>\d{1,2}))?)?", re.ASCII)
_YEAR_LAST = re.compile(r"(?:(?P<day>\d{1,2})[-/])?(?P<month>\d{1,2})[-/](?P<year>\d{4})", re.ASCII)


class DayField(forms.DateField):
    """A day, in Arabic or Western digits; a month or a year means its first day, or its last with END.

    The year is written first or last, and always with four digits.
    """

    default_error_messages = {"invalid": _("Write a date as 2017-12-21, 2017-12 or 2017.")}

    def __init__(self, *, end: bool = False, **kwargs):
        self.end = end
        super().__init__(**kwargs)

    def to_python(self, value):
        if value in self.empty_values or isinstance(value, date):
            return super().to_python(value)
        typed = fold(str(value)).strip()
        written = _YEAR_FIRST.fullmatch(typed) or _YEAR_LAST.fullmatch(typed)
        invalid = forms.ValidationError(self.error_messages["invalid"], code="invalid")
        if written is None:
            raise invalid
        try:
            return self._day(**{name: int(part) for name, part in written.groupdict().items() if part})
        except ValueError:
            raise invalid from None

    def _day(self, year: int, month: int | None = None, day: int | None = None) -> date:
        first = date(year, 1 if month is None else month, 1 if day is None else day)
        if day is not None or not self.end:
            return first
        last_month = 12 if month is None else month
        return date(year, last_month, monthrange(year, last_month)[1])


@dataclass(frozen=True)
class InputProblem:
    """One field of a request that could not be used, with the sentence to show."""

    field: str
    message: str


class SearchForm(forms.Form):
    """The parameters of the search page and of the API's article list.

    A bad filter is a message beside the results: `search_request` leaves it out and `problems` says so.
    """

    q = forms.CharField(required=False, max_length=MAX_TYPED_CHARS, strip=True, empty_value="")
    section = forms.ModelChoiceField(
        Section.objects.all(),
        to_field_name="slug",
        required=False,
        error_messages={"invalid_choice": _("There is no such section.")},
    )
    source = forms.ModelChoiceField(
        Source.objects.all(),
        to_field_name="slug",
        required=False,
        error_messages={"invalid_choice": _("There is no such source.")},
    )
    entity = forms.ModelChoiceField(
        Entity.objects.none(), required=False, error_messages={"invalid_choice": _("There is no such name.")}
    )
    sort = forms.ChoiceField(
        choices=[(sort.value, sort.value) for sort in Sort],
        required=False,
        error_messages={"invalid_choice": _("Results are sorted by relevance, newest or oldest.")},
    )
    page = forms.IntegerField(
        min_value=1,
        required=False,
        error_messages={"invalid": _("Write a whole number."), "min_value": _("Pages are counted from 1.")},
    )
    page_size = forms.IntegerField(
        min_value=1,
        max_value=MAX_PAGE_SIZE,
        required=False,
        error_messages={"invalid": _("Write a whole number.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # What is visible depends on the time of the request.
        self.fields["entity"].queryset = Entity.objects.visible()
        # "from" is a word of Python's, so these two cannot be declared above.
        self.fields["from"] = DayField(label=_("From"), required=False)
        self.fields["to"] = DayField(label=_("Until"), end=True, required=False)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("from") and cleaned.get("to") and cleaned["from"] > cleaned["to"]:
            self.add_error("to", _("The period ends before it begins."))
        return cleaned

    def search_request(self) -> SearchRequest:
        """What of the input could be used, as a request to the search engine."""
        self.is_valid()
        usable = self.cleaned_data
        return SearchRequest(
            text=usable["q"] if "q" in usable else self._typed_text(),
            filters=SearchFilters(
                section=usable.get("section"),
                source=usable.get("source"),
                entity=usable.get("entity"),
                date_from=usable.get("from"),
                date_to=usable.get("to"),
            ),
            sort=Sort(usable.get("sort") or Sort.RELEVANCE),
            page=usable.get("page") or 1,
            page_size=usable.get("page_size") or DEFAULT_PAGE_SIZE,
        )

    def problems(self) -> list[InputProblem]:
        """What of the input could not be used, one sentence a field."""
        return [
            InputProblem(field, str(message)) for field, messages in self.errors.items() for message in messages[:1]
        ]

    def _typed_text(self) -> str:
        """A query that the form refuses is still searched for: the parser cuts it and says so."""
        return (self.data.get("q") or "").replace("\0", " ").strip()[:MAX_TYPED_CHARS]


class EntityIndexForm(forms.Form):
    """The parameters of the index of names; what cannot be used is left out."""

    q = forms.CharField(required=False, max_length=200, empty_value="")
    kind = forms.ChoiceField(choices=Entity.Kind.choices, required=False)
    page = forms.IntegerField(min_value=1, required=False)

    def usable(self) -> dict:
        self.is_valid()
        return {
            "q": self.cleaned_data.get("q") or "",
            "kind": self.cleaned_data.get("kind") or "",
            "page": self.cleaned_data.get("page") or 1,
        }


class BannerDismissForm(forms.Form):
    """The banner that a reader closes."""

    banner = forms.ModelChoiceField(Banner.objects.filter(dismissible=True))
