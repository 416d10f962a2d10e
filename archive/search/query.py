"""A search query as data, free of Django and of the text it was typed as."""

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True)
class Term:
    """One word as typed, with the stems it is looked up by (several for a ligature such as ﷺ)."""

    text: str
    stems: tuple[str, ...]


@dataclass(frozen=True)
class Phrase:
    """Words that must stand beside each other, in order."""

    text: str
    stems: tuple[str, ...]


class Problem(StrEnum):
    """What of a query could not be used; the page and the API say it in the reader's language."""

    TOO_LONG = "too_long"
    TOO_MANY_WORDS = "too_many_words"
    UNCLOSED_QUOTE = "unclosed_quote"
    ONLY_EXCLUDED = "only_excluded"
    NO_WORDS = "no_words"


@dataclass(frozen=True)
class Query:
    """What a reader asked for: WANTED words and phrases, EXCLUDED ones, and the PROBLEMS met while reading."""

    text: str = ""
    wanted: tuple[Term | Phrase, ...] = ()
    excluded: tuple[Term | Phrase, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        return not self.wanted and not self.excluded

    @property
    def understood(self) -> str:
        """The query as it was understood, in the form it could be typed."""
        parts = [part.text if isinstance(part, Term) else f"«{part.text}»" for part in self.wanted]
        parts += [f"-{part.text}" if isinstance(part, Term) else f"-«{part.text}»" for part in self.excluded]
        return " ".join(parts)

    @property
    def wanted_stems(self) -> frozenset[str]:
        """Every stem a snippet marks."""
        return frozenset(stem for part in self.wanted for stem in part.stems)
