"""The input of the pages of names: which articles of an entity are shown, and what is compared over time."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from archive.forms import KnownField, PeriodForm, SearchForm, limit_message
from archive.models import Article, ArticleQuerySet, Entity, Section
from archive.search.conditions import Condition
from archive.search.engine import answers
from archive.search.filters import SearchFilters
from archive.search.messages import problem_message
from archive.search.suggest import MAX_TYPED_CHARS as MAX_SUGGEST_CHARS

MAX_COMPARED_ENTITIES = 4
MAX_COMPARED_WORDS = 2
MAX_COMPARED_CHARS = 200
FIRST_YEAR, LAST_YEAR = 1000, 9998


class YearField(forms.IntegerField):
    """A year that the calendar has."""

    default_error_messages = dict.fromkeys(("invalid", "min_value", "max_value"), _("A year has four digits."))

    def __init__(self):
        super().__init__(min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False)


class EntityArticlesForm(SearchForm):
    """The parameters by which the articles of ENTITY are narrowed: its page, its table."""

    year = YearField()

    def __init__(self, data: Mapping, entity: Entity, *, sections: Sequence[Section] | None = None):
        super().__init__(data, sections=sections)
        for name in ("entity", "sort", "page", "page_size"):
            del self.fields[name]
        # "with" is a word of Python's too.
        self.fields["with"] = KnownField(
            Entity.objects.visible(),
            required=False,
            error_messages={"invalid_choice": _("There is no such name.")},
        )
        self.of = entity

    def narrowed(self) -> "NarrowedArticles":
        """The articles asked for; what cannot be used is left out, as `problems` says."""
        wanted = self.search_request()
        year, given = self.cleaned_data.get("year"), wanted.filters
        filters = replace(
            given, entity=self.of, other_entity=self.cleaned_data.get("with"), date_from=None, date_to=None
        )
        found = answers(wanted.text, filters) if wanted.text else None
        period = SearchFilters(
            date_from=max(filter(None, (given.date_from, year and date(year, 1, 1))), default=None),
            date_to=min(filter(None, (given.date_to, year and date(year, 12, 31))), default=None),
        )
        return NarrowedArticles(
            of_all_times=found.condition if found else filters.published(),
            period=period.condition(),
            problems=[problem_message(problem) for problem in found.query.problems] if found else [],
        )


@dataclass(frozen=True)
class NarrowedArticles:
    """Published articles as conditions on search entries, those OF_ALL_TIMES and the PERIOD apart."""

    of_all_times: Condition
    period: Condition
    problems: list[str]

    @classmethod
    def of(cls, entity: Entity) -> "NarrowedArticles":
        """All that name ENTITY."""
        return cls(SearchFilters(entity=entity).published(), Condition(), [])

    def articles(self) -> ArticleQuerySet:
        return Article.objects.published().filter(pk__in=(self.of_all_times & self.period).article_ids)


class CompareForm(PeriodForm):
    """What is compared over time: entities (`e`) and words (`w`), each given several times; ADD is a name typed."""

    add = forms.CharField(required=False, max_length=MAX_SUGGEST_CHARS, empty_value="")

    def clean(self):
        super().clean()
        if len(self._given("e")) > MAX_COMPARED_ENTITIES:
            self.add_error(None, limit_message(_("Up to %(limit)s names are compared."), MAX_COMPARED_ENTITIES))
        if len(self._given("w")) > MAX_COMPARED_WORDS:
            self.add_error(None, limit_message(_("Up to %(limit)s searches are compared."), MAX_COMPARED_WORDS))
        if None in self._found:
            self.add_error(None, _("There is no such name."))
        return self.cleaned_data

    @cached_property
    def entities(self) -> list[Entity]:
        """Those that are here, in the order given, each once: two may have been merged."""
        return list(dict.fromkeys(filter(None, self._found)))

    @cached_property
    def _found(self) -> list[Entity | None]:
        """What each number given means, or that of one that was merged with it."""
        given = self._given("e")[:MAX_COMPARED_ENTITIES]
        ids = [int(value) if re.fullmatch(r"\d{1,18}", value, re.ASCII) else None for value in given]
        visible = Entity.objects.visible()
        found = visible.in_bulk([pk for pk in ids if pk is not None])
        return [None if pk is None else found.get(pk) or visible.instead_of(pk).first() for pk in ids]

    @property
    def is_full(self) -> bool:
        """Whether no further entity can be compared."""
        return len(self.entities) >= MAX_COMPARED_ENTITIES

    @property
    def words(self) -> list[str]:
        return self._given("w")[:MAX_COMPARED_WORDS]

    def _given(self, name: str) -> list[str]:
        values = (value.replace("\0", " ").strip()[:MAX_COMPARED_CHARS] for value in self.data.getlist(name))
        return list(dict.fromkeys(filter(None, values)))
