"""A search query as data, free of Django and of how it was typed.

A part's TEXT is what it can be typed as again, so a query is shown, and taken apart, in its own language.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from archive.search.terms import Forms
from archive.text.tokenize import stems_begun


@dataclass(frozen=True)
class Word:
    """One word, by its FORMS (several for a ligature such as ﷺ).

    EXACT: only as it was typed. PREFIX: only its beginning. IN_TITLE: only in titles.
    """

    text: str
    forms: tuple[Forms, ...]
    exact: bool = False
    prefix: bool = False
    in_title: bool = False


@dataclass(frozen=True)
class Phrase:
    """Words beside each other, in order; with WITHIN, at most so many words apart, in any order.

    EXACT: only as they were typed.
    """

    text: str
    forms: tuple[Forms, ...]
    within: int = 0
    exact: bool = False
    in_title: bool = False


@dataclass(frozen=True)
class Group:
    """PARTS that an article has all of; any of, where ALTERNATIVES."""

    text: str
    parts: tuple["Part", ...]
    alternatives: bool = False


@dataclass(frozen=True)
class Same:
    """A word or name as it was typed, MEANT, and the OTHERS that mean the same.

    A group of words is a name of which an article may also have some words only. IS_NAME where the others are
    names of what it names.
    """

    text: str
    meant: "Word | Phrase | Group"
    others: tuple[Word | Phrase, ...]
    is_name: bool = False

    @property
    def forms(self) -> tuple[Forms, ...]:
        return tuple(_forms(self.meant))


@dataclass(frozen=True)
class Not:
    """An article without PART, inside a group."""

    text: str
    part: "Part"


class Field(StrEnum):
    """What a query can be restricted by, beside its words."""

    SECTION = "section"
    SOURCE = "source"
    ENTITY = "entity"
    AUTHOR = "author"
    FROM = "from"
    TO = "to"


@dataclass(frozen=True)
class Restriction:
    """FIELD is VALUE, a name as typed, and means the things of IDS once they were looked up; or from or to DAY.

    DAY is the first or the last of what was typed: a day, a month or a year, by PRECISION.
    """

    text: str
    field: Field
    value: str = ""
    ids: tuple[int, ...] = ()
    day: date | None = None
    precision: str = "day"


Part = Word | Phrase | Same | Group | Not | Restriction


class Trouble(StrEnum):
    TOO_LONG = "too_long"
    TOO_MANY_WORDS = "too_many_words"
    TOO_DEEP = "too_deep"
    UNCLOSED_QUOTE = "unclosed_quote"
    UNCLOSED_PARENTHESIS = "unclosed_parenthesis"
    UNUSED_OPERATOR = "unused_operator"
    UNUSED_SIGN = "unused_sign"
    TOO_FAR = "too_far"
    ONLY_EXCLUDED = "only_excluded"
    NO_WORDS = "no_words"
    BAD_DATE = "bad_date"
    REVERSED_PERIOD = "reversed_period"
    NO_VALUE = "no_value"
    NOT_FOUND = "not_found"


@dataclass(frozen=True)
class Problem:
    """What of a query could not be used, and the TEXT it was; page and API say it in the reader's language."""

    trouble: Trouble
    text: str = ""


@dataclass(frozen=True)
class Query:
    """What a reader asked for: WANTED parts, EXCLUDED ones, and the PROBLEMS met while reading."""

    text: str = ""
    wanted: tuple[Part, ...] = ()
    excluded: tuple[Part, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.wanted and not self.excluded

    @property
    def parts(self) -> tuple[str, ...]:
        """Everything the query asks for, part by part, in the form it could be typed."""
        return (
            *(part.text for part in self.wanted),
            *(f"-{part.text}" for part in self.excluded),
        )

    @cached_property
    def required(self) -> tuple[Restriction, ...]:
        """What every result keeps to."""
        return tuple(part for part in self.wanted if isinstance(part, Restriction))

    @cached_property
    def sought(self) -> tuple[Part, ...]:
        """The parts that are looked for: of several, an article may lack some."""
        return tuple(part for part in self.wanted if not isinstance(part, Restriction))

    @property
    def understood(self) -> str:
        """The query as it was understood, in the form it could be typed."""
        return " ".join(self.parts)

    @property
    def has_degrees(self) -> bool:
        """May an article have some of the parts and not all?"""
        return len(self.sought) > 1 or any(
            isinstance(part, Same) and isinstance(part.meant, Group) for part in self.sought
        )

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        return tuple(part for part in self.sought if isinstance(part, Phrase))

    @cached_property
    def words(self) -> tuple[Forms, ...]:
        """Every wanted word once, in order: by these articles are ranked."""
        return tuple(dict.fromkeys(form for part in self.wanted for form in _forms(part)))

    @cached_property
    def beginnings(self) -> tuple[Forms, ...]:
        """Words of which only the beginning is wanted: they find articles and do not rank them."""
        leaves = _leaves(self.wanted)
        return tuple(dict.fromkeys(part.forms[-1] for part in leaves if isinstance(part, Word) and part.prefix))

    @cached_property
    def others(self) -> dict[Forms, tuple[Forms, ...]]:
        """Words that mean the same as one of `words`, where there are any: they count for less."""
        others: dict[Forms, tuple[Forms, ...]] = {}
        for part in _same_parts(self.wanted):
            found = tuple(form for other in part.others for form in other.forms)
            others[part.forms[-1]] = (*others.get(part.forms[-1], ()), *found)
        return others

    @cached_property
    def names(self) -> frozenset[Forms]:
        """Those of `words` whose others are names of what they name."""
        return frozenset(part.forms[-1] for part in _same_parts(self.wanted) if part.is_name)

    @cached_property
    def other_words(self) -> tuple[Forms, ...]:
        return tuple(form for forms in self.others.values() for form in forms)

    def meaning(self, word: Forms) -> tuple[Forms, ...]:
        """WORD, and the others that mean the same."""
        return (word, *self.others.get(word, ()))

    @cached_property
    def wanted_stems(self) -> frozenset[str]:
        """Every stem a snippet marks wherever it stands."""
        others = (other for part in _same_parts(self.wanted) for other in part.others if isinstance(other, Word))
        begun = (stem for word in self.beginnings for stem in stems_begun(word.folded).whole)
        words = (*self.words, *(form for other in others for form in other.forms))
        return frozenset([*(word.stem for word in words), *begun])

    @cached_property
    def stems_begun(self) -> tuple[str, ...]:
        """What the stems of words begin with that a snippet marks for one of `beginnings`."""
        return tuple(stem for word in self.beginnings for stem in stems_begun(word.folded).begin)

    @cached_property
    def only_as_typed(self) -> dict[str, frozenset[str]]:
        """By its stem, how each word is spelt that is wanted in no other spelling."""
        leaves = _leaves(self.wanted)
        exactly = [form for leaf in leaves if leaf.exact for form in leaf.forms]
        others = Counter(form.stem for part in self.wanted for form in _forms(part))
        others.subtract(form.stem for form in exactly)
        spelt: dict[str, frozenset[str]] = {}
        for form in exactly:
            if not others[form.stem]:
                spelt[form.stem] = spelt.get(form.stem, frozenset()) | {form.typed}
        return spelt

    @property
    def phrase_stems(self) -> frozenset[tuple[str, ...]]:
        """The stems of each phrase that was typed: a snippet shows where they stand together."""
        meant = (part.meant for part in _same_parts(self.wanted))
        return frozenset(
            tuple(form.stem for form in phrase.forms)
            for phrase in (*_leaves(self.wanted), *meant)
            if isinstance(phrase, Phrase) and not phrase.within
        )

    @property
    def other_phrases(self) -> tuple[tuple[str, ...], ...]:
        """The stems of what means the same and is several words: a snippet marks them where they stand together."""
        return tuple(
            tuple(form.stem for form in other.forms)
            for part in _same_parts(self.wanted)
            for other in part.others
            if isinstance(other, Phrase)
        )


def _forms(part: Part) -> Iterator[Forms]:
    match part:
        case Word(prefix=True) | Not() | Restriction():
            return
        case Word() | Phrase():
            yield from part.forms
        case Same():
            yield from _forms(part.meant)
        case Group():
            for inner in part.parts:
                yield from _forms(inner)


def _leaves(parts: tuple[Part, ...]) -> Iterator[Word | Phrase]:
    for part in parts:
        match part:
            case Word() | Phrase():
                yield part
            case Group():
                yield from _leaves(part.parts)


def _same_parts(parts: tuple[Part, ...]) -> Iterator[Same]:
    for part in parts:
        match part:
            case Same():
                yield part
                yield from _same_parts((part.meant,))
            case Group():
                yield from _same_parts(part.parts)
