"""The parameters of lists and searches. What cannot be used is said in one sentence that names its field."""

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from archive.models import Banner, Entity, Section, Source
from archive.models.entity import MAX_NAME_KEY_CHARS
from archive.search.engine import SearchRequest, Sort
from archive.search.facets import FACET_NAMES
from archive.search.filters import SearchFilters
from archive.search.messages import problem_message
from archive.search.parser import parse
from archive.search.query import Field as Typed
from archive.search.query import Problem, Restriction, Trouble
from archive.search.quotations import QuotationRequest
from archive.search.suggest import MAX_TYPED_CHARS as MAX_SUGGEST_CHARS
from archive.text.dates import format_number, isolate_dates
from archive.text.normalize import fold

# An Arabic letter takes six characters of an address, and the web server reads 8190 of them.
MAX_TYPED_CHARS = 1000
MAX_PAGE_SIZE = 100
DEFAULT_PAGE_SIZE = 20
NAMES_AS_WRITTEN = "as-written"
MAX_NUMBER_DIGITS = 18

_YEAR_FIRST = re.compile(r"(?P<year>\d{4})(?:[-/](?P<month>\d{1,2})(?:[-/](?P<day>\d{1,2}))?)?", re.ASCII)
_YEAR_LAST = re.compile(r"(?:(?P<day>\d{1,2})[-/])?(?P<month>\d{1,2})[-/](?P<year>\d{4})", re.ASCII)


def limit_message(message: str, limit: int) -> str:
    """MESSAGE, lazily, with LIMIT in the digits of the language it is read in: Django would write Western ones."""
    return lazy(lambda: str(message) % {"limit": format_number(limit, get_language())}, str)()


class DayField(forms.DateField):
    """A day, in Arabic or Western digits; a month or a year means its first day, or its last with END.

    The year is written first or last, and always with four digits. EXAMPLE stands in the empty box, and INVALID is
    the sentence for what is no date.
    """

    def __init__(self, *, example: str, invalid: str, end: bool = False, **kwargs):
        self.end = end
        super().__init__(
            required=False,
            widget=forms.DateInput(attrs={"placeholder": example, "dir": "ltr", "autocomplete": "off"}),
            # Lazily: the sentence is translated when it is shown.
            error_messages={"invalid": lazy(lambda: isolate_dates(str(invalid)), str)()},
            **kwargs,
        )

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


class PageField(forms.IntegerField):
    """The number of a page of a list."""

    default_error_messages = dict.fromkeys(
        ("invalid", "min_value"), _("The page must be a whole number, counted from 1.")
    )

    def __init__(self):
        super().__init__(min_value=1, required=False)


class PageSizeField(forms.IntegerField):
    """How many results a page has."""

    default_error_messages = {
        "invalid": _("The page size must be a whole number."),
        "min_value": limit_message(_("The page size must be %(limit)s at least."), 1),
        "max_value": limit_message(_("The page size must be %(limit)s at most."), MAX_PAGE_SIZE),
    }

    def __init__(self):
        super().__init__(min_value=1, max_value=MAX_PAGE_SIZE, required=False)


class NumbersField(forms.CharField):
    """Numbers of things that are here, with commas between them; what is none is left out."""

    def __init__(self):
        super().__init__(required=False)

    def to_python(self, value) -> list[int]:
        parts = (super().to_python(value) or "").split(",")
        return [int(part) for part in parts if part.isdecimal() and len(part) <= MAX_NUMBER_DIGITS]


class KnownField(forms.ModelChoiceField):
    """A thing that is here, by what names it in an address."""

    def to_python(self, value):
        # Django says of this character what it thinks of it, and not what is wrong with the value.
        if isinstance(value, str) and "\0" in value:
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().to_python(value)


class SectionField(KnownField):
    """A section by its slug: of those KNOWN, where they have been read already."""

    known: Sequence[Section] | None = None

    def to_python(self, value):
        if self.known is None or value in self.empty_values:
            return super().to_python(value)
        section = next((section for section in self.known if section.slug == value), None)
        if section is None:
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return section


class EntityField(KnownField):
    """An entity by its number, or by that of one that was merged with it."""

    def to_python(self, value):
        try:
            return super().to_python(value)
        except forms.ValidationError:
            former = str(value)
            # Python reads no number of thousands of digits, and no entity has one.
            is_number = former.isdecimal() and len(former) <= MAX_NUMBER_DIGITS
            kept = self.queryset.instead_of(int(former)).first() if is_number else None
            if kept is None:
                raise
            return kept


@dataclass(frozen=True)
class InputProblem:
    """One field of a request that could not be used, with the sentence to show."""

    field: str | None
    message: str


class RequestForm(forms.Form):
    """The parameters of an address."""

    def problems(self) -> list[InputProblem]:
        """What of the input could not be used, one sentence a field."""
        return [InputProblem(field, str(messages[0])) for field, messages in self.errors.items()]


class PeriodForm(RequestForm):
    """Parameters with a period, `from` one day `to` another."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # "from" is a word of Python's, so these two cannot be declared.
        self.fields["from"] = DayField(
            label=_("From"),
            example="2017-12-21",
            invalid=_("The beginning of the period is no date: write it as 2017-12-21, 2017-12 or 2017."),
        )
        self.fields["to"] = DayField(
            label=_("Until"),
            end=True,
            example="2018",
            invalid=_("The end of the period is no date: write it as 2017-12-21, 2017-12 or 2017."),
        )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("from") and cleaned.get("to") and cleaned["from"] > cleaned["to"]:
            self.add_error("to", problem_message(Problem(Trouble.REVERSED_PERIOD)))
        return self.cleaned_data


class SearchForm(PeriodForm):
    """The parameters of the search page and of the API's article list.

    A bad filter is a message beside the results: `search_request` leaves it out and `problems` says so.
    """

    q = forms.CharField(
        required=False,
        max_length=MAX_TYPED_CHARS,
        empty_value="",
        error_messages={
            "max_length": limit_message(_("The query may be %(limit)s characters long at most."), MAX_TYPED_CHARS),
            "null_characters_not_allowed": _("The query holds a character that is no text."),
        },
    )
    section = SectionField(
        Section.objects.all(),
        to_field_name="slug",
        required=False,
        error_messages={"invalid_choice": _("There is no such section.")},
    )
    source = KnownField(
        Source.objects.all(),
        to_field_name="slug",
        required=False,
        error_messages={"invalid_choice": _("There is no such source.")},
    )
    entity = EntityField(
        Entity.objects.none(), required=False, error_messages={"invalid_choice": _("There is no such name.")}
    )
    sort = forms.ChoiceField(
        choices=[(sort.value, sort.value) for sort in Sort],
        required=False,
        error_messages={"invalid_choice": _("Results are sorted by relevance, newest or oldest.")},
    )
    names = forms.ChoiceField(
        choices=[(NAMES_AS_WRITTEN, NAMES_AS_WRITTEN)],
        required=False,
        error_messages={"invalid_choice": _("Names are looked for in both alphabets, or as they are written.")},
    )
    more = forms.ChoiceField(
        choices=[(name, name) for name in FACET_NAMES],
        required=False,
        error_messages={"invalid_choice": _("There is no such list of filters.")},
    )
    page = PageField()
    page_size = PageSizeField()

    def __init__(self, *args, sections: Sequence[Section] | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["section"].known = sections
        # What is visible depends on the time of the request.
        self.fields["entity"].queryset = Entity.objects.visible()

    def clean_q(self) -> str:
        text = self.cleaned_data["q"]
        if self.has_no_words:
            raise forms.ValidationError(problem_message(Problem(Trouble.NO_WORDS)), code=Trouble.NO_WORDS)
        return text

    def clean(self):
        super().clean()
        self._check_typed_period()
        return self.cleaned_data

    def _check_typed_period(self) -> None:
        """Leave out the end of a period that is reversed together with an end typed into the query, which counts."""
        typed = [part for part in parse(self._typed_text()).wanted if isinstance(part, Restriction) and part.day]
        begins = [part.day for part in typed if part.field is Typed.FROM]
        ends = [part.day for part in typed if part.field is Typed.TO]
        first, last = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        if last and begins and max(begins) > last:
            self.add_error("to", problem_message(Problem(Trouble.REVERSED_PERIOD)))
        if first and ends and first > min(ends):
            self.add_error("from", _("The period ends before it begins: its beginning cannot be used."))

    def problems(self) -> list[InputProblem]:
        """What could not be used, values that were sent beside the one that counts too."""
        found = super().problems()
        passed_over = [
            InputProblem(
                name,
                _("Of several sections, sources or names, the last one counts: “%(value)s”.")
                % {"value": self.cleaned_data[name].label},
            )
            for name in ("section", "source", "entity")
            if self.cleaned_data.get(name) and len(set(_values(self.data, name))) > 1
        ]
        return found + passed_over

    def problems_beside_results(self) -> list[InputProblem]:
        """The problems without those of the query that the search page says itself."""
        said = {problem.trouble for problem in parse(self._typed_text()).problems}
        says_itself = not said.isdisjoint({Trouble.NO_WORDS, Trouble.TOO_LONG})
        return [problem for problem in self.problems() if problem.field != "q" or not says_itself]

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
                names_as_written=bool(usable.get("names")) and bool(self._typed_text()),
            ),
            sort=Sort(usable.get("sort") or Sort.RELEVANCE),
            page=usable.get("page") or 1,
            page_size=usable.get("page_size") or DEFAULT_PAGE_SIZE,
            more=usable.get("more") or "",
        )

    @property
    def has_no_words(self) -> bool:
        """Whether something was typed that holds no word: not to be taken for a request to list everything."""
        return Problem(Trouble.NO_WORDS) in parse(self._typed_text()).problems

    def _typed_text(self) -> str:
        """A query that the form refuses is still searched for: the parser cuts it and says so."""
        return (self.data.get("q") or "").replace("\0", " ").strip()[:MAX_TYPED_CHARS]


def _values(data: Mapping, name: str) -> list[str]:
    """All that an address says of NAME; its parameters may come as a plain dictionary."""
    return data.getlist(name) if isinstance(data, MultiValueDict) else [data.get(name)]


class QuotationForm(PeriodForm):
    """The parameters of the page, the feed and the API's list of quotations.

    A bad one is a message beside the results: `quotation_request` leaves it out and `problems` says so.
    """

    q = forms.CharField(
        label=_("Words"),
        required=False,
        max_length=MAX_TYPED_CHARS,
        empty_value="",
        widget=forms.TextInput(attrs={"type": "search", "dir": "auto"}),
        error_messages={
            "max_length": limit_message(_("The query may be %(limit)s characters long at most."), MAX_TYPED_CHARS),
            "null_characters_not_allowed": _("The query holds a character that is no text."),
        },
    )
    speaker = forms.RegexField(
        r"^(?![0-9]{10})",
        label=_("Speaker"),
        required=False,
        max_length=MAX_NAME_KEY_CHARS,
        empty_value="",
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={
            "invalid": _("There is no such name."),
            "max_length": limit_message(_("The name may be %(limit)s characters long at most."), MAX_NAME_KEY_CHARS),
            "null_characters_not_allowed": _("The name holds a character that is no text."),
        },
    )

    def clean_speaker(self) -> str:
        """A name, or the number of an entity: of the one that is here now, where it was merged."""
        speaker = self.cleaned_data["speaker"]
        if not (speaker.isascii() and speaker.isdigit()):
            return speaker
        kept = Entity.objects.instead_of(int(speaker)).values_list("pk", flat=True).first()
        return str(kept) if kept else speaker

    def quotation_request(self) -> QuotationRequest:
        """What of the input could be used."""
        self.is_valid()
        usable = self.cleaned_data
        return QuotationRequest(
            text=usable.get("q") or "",
            speaker=usable.get("speaker") or "",
            date_from=usable.get("from"),
            date_to=usable.get("to"),
        )

    def given(self) -> dict[str, str]:
        """The parameters by which the same list is asked for again, from its beginning."""
        return {name: self.data[name] for name in ("q", "speaker", "from", "to") if self.data.get(name)}


class SuggestForm(RequestForm):
    """What is being typed into a search field."""

    q = forms.CharField(
        required=False,
        strip=False,  # A space after a word tells that it is whole.
        max_length=MAX_SUGGEST_CHARS,
        empty_value="",
        error_messages={
            "max_length": limit_message(_("The query may be %(limit)s characters long at most."), MAX_SUGGEST_CHARS),
            "null_characters_not_allowed": _("The query holds a character that is no text."),
        },
    )


class EntityIndexForm(forms.Form):
    """The parameters of the index of names; what cannot be used is left out."""

    q = forms.CharField(required=False, max_length=200, empty_value="")
    kind = forms.ChoiceField(choices=Entity.Kind.choices, required=False)
    letter = forms.CharField(required=False, max_length=1, empty_value="")
    page = forms.IntegerField(min_value=1, required=False)

    def usable(self) -> dict:
        self.is_valid()
        return {
            "q": self.cleaned_data.get("q") or "",
            "kind": self.cleaned_data.get("kind") or "",
            "letter": self.cleaned_data.get("letter") or "",
            "page": self.cleaned_data.get("page") or 1,
        }


class StoryIndexForm(forms.Form):
    """The parameter of the index of stories; what cannot be used is left out."""

    page = forms.IntegerField(min_value=1, required=False)

    def usable(self) -> dict:
        self.is_valid()
        return {"page": self.cleaned_data.get("page") or 1}


class StoryForm(forms.Form):
    """The parameters of the page of a story: its articles come oldest first, or newest, page by page."""

    NEWEST = "newest"

    order = forms.ChoiceField(choices=[(NEWEST, NEWEST)], required=False)
    page = forms.IntegerField(min_value=1, required=False)

    def usable(self) -> dict:
        self.is_valid()
        return {"order": self.cleaned_data.get("order") or "", "page": self.cleaned_data.get("page") or 1}


class FrontOrderForm(forms.Form):
    """An ORDER of the front page's first articles, and the one that was KNOWN when it was made."""

    order = NumbersField()
    known = NumbersField()

    def usable(self) -> dict[str, list[int]]:
        self.is_valid()
        return {name: self.cleaned_data.get(name, []) for name in self.fields}


class BannerDismissForm(forms.Form):
    """The banner that a reader closes."""

    banner = forms.ModelChoiceField(Banner.objects.filter(dismissible=True))
