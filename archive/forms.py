"""All browser and API input enters here."""

from dataclasses import dataclass
from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from archive.models import Entity, Section, Source
from archive.search.engine import SearchRequest, Sort
from archive.search.filters import SearchFilters
from archive.text.normalize import fold

MAX_TYPED_CHARS = 2000
MAX_PAGE_SIZE = 100
DEFAULT_PAGE_SIZE = 20


class DayField(forms.DateField):
    """A day, in Arabic or Western digits; a month or a year means its first day, or its last with END."""

    default_error_messages = {"invalid": _("Write a date as 2017-12-21, 2017-12 or 2017.")}

    def __init__(self, *, end: bool = False, **kwargs):
        self.end = end
        super().__init__(**kwargs)

    def to_python(self, value):
        if value in self.empty_values or isinstance(value, date):
            return super().to_python(value)
        parts = fold(str(value)).strip().replace("/", "-").split("-")
        if len(parts) == 3 and len(parts[2]) == 4:
            parts.reverse()
        try:
            numbers = [int(part) for part in parts]
            return _last_day(*numbers) if self.end else date(*[*numbers, 1, 1][:3])
        except (TypeError, ValueError, OverflowError):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None


def _last_day(year: int, month: int = 12, day: int = 0) -> date:
    if day:
        return date(year, month, day)
    following = date(year + 1, 1, 1) if month == 12 else date(year, month + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


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
        Entity.objects.all(), required=False, error_messages={"invalid_choice": _("There is no such name.")}
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
        # "from" is a word of Python's, so these two cannot be declared above.
        self.fields["from"] = DayField(required=False)
        self.fields["to"] = DayField(end=True, required=False)

    def clean_q(self):
        return self.cleaned_data["q"].replace("\0", " ")

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
            text=usable.get("q") or self._typed_text(),
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
        """A query too long for the form is still searched for: the parser cuts it and says so."""
        return (self.data.get("q") or "")[:MAX_TYPED_CHARS].replace("\0", " ")


class EntityIndexForm(forms.Form):
    """The parameters of the index of names; what cannot be used is left out."""

    q = forms.CharField(required=False, max_length=200, empty_value="")
    kind = forms.ChoiceField(choices=Entity.Kind.choices, required=False)
    page = forms.IntegerField(min_value=1, required=False)

    def usable(self) -> dict:
        self.is_valid()
        return {
            "q": (self.cleaned_data.get("q") or "").replace("\0", ""),
            "kind": self.cleaned_data.get("kind") or "",
            "page": self.cleaned_data.get("page") or 1,
        }
