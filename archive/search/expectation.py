"""How many articles will answer a query, guessed from how many have each of its words: what can be counted is.

A guess may be far off. It decides how a question is put first, never what the answer is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod

from archive.search.compiler import pairs_told
from archive.search.query import Group, Part, Phrase, Query, Same, Word
from archive.search.statistics import Statistics
from archive.search.terms import Forms

COMPANY = 10
"""So many times more often than chance are the words of a query in one article."""

IN_ORDER = 1 / 20
"""Of the articles that have all words of a phrase, so many have it."""


@dataclass(frozen=True)
class Expectation:
    """Guesses of a QUERY's answers, numbers of articles, rather high; STATISTICS are those of the archive.

    Its words are looked for in a SHARE of the archive.
    """

    query: Query
    statistics: Statistics
    share: float = 1

    @property
    def with_all(self) -> float:
        """How many have every part."""
        return self._searched * self._together(self.query.sought)

    @property
    def with_any(self) -> float:
        """How many have some part."""
        return self._searched * self._either(self.query.sought)

    @property
    def read_for_all(self) -> float:
        """How many must be read to know which have every part: the index knows no places, but of pairs."""
        return self._searched * self._read_together(self.query.sought)

    @property
    def read_for_any(self) -> float:
        """As `read_for_all`, of each part by itself."""
        return self._searched * sum(map(self._read, self.query.sought))

    def share_found(self, count: int) -> float:
        """Of the articles that have the words of the query's phrases, how many have these, now that COUNT do."""
        with_words = self._searched * prod(map(self._word_share, self.query.words))
        return min(max(count, 1) / max(with_words, 1), 1) if self.query.phrases else 1

    @property
    def _articles(self) -> int:
        return max(self.statistics.article_count, 1)

    @property
    def _searched(self) -> float:
        return self._articles * self.share

    def _word_share(self, word: Forms) -> float:
        """The share of articles that have WORD, or another that means the same."""
        counts = (self.statistics.terms[one.stem_term].article_count for one in self.query.meaning(word))
        return min(sum(counts) / self._articles, 1)

    def _shares(self, parts: Iterable[Part]) -> list[float]:
        return [share for part in parts if (share := self._share(part)) is not None]

    def _share(self, part: Part) -> float | None:
        """The share of articles that have PART; None where nothing is known of it, as of a beginning."""
        match part:
            case Word(prefix=False) | Phrase():
                return _in_company([*map(self._word_share, part.forms)]) * _share_in_order(part)
            case Same():
                return self._share(part.meant)
            case Group(alternatives=True):
                return self._either(part.parts)
            case Group():
                return self._together(part.parts)
        return None

    def _together(self, parts: Sequence[Part]) -> float:
        return _in_company(self._shares(parts))

    def _either(self, parts: Sequence[Part]) -> float:
        """By chance, words share fewer articles than they do."""
        shares = self._shares(parts)
        return 1 - prod(1 - share for share in shares) if shares else 1

    def _read(self, part: Part) -> float:
        """The share of articles that are read for PART alone."""
        match part:
            case Word(prefix=False) | Phrase() if len(part.forms) > 1:
                # Of what the index knows pairs of, few others than the answers are read.
                known = _share_in_order(part) if pairs_told(part) else 1
                return prod(map(self._word_share, part.forms)) * known
            case Same():
                return self._read(part.meant)
            case Group(alternatives=True):
                return sum(map(self._read, part.parts))
            case Group():
                return self._read_together(part.parts)
        return 0

    def _read_together(self, parts: Sequence[Part]) -> float:
        """Articles are read for the words of a phrase only where they have the other parts."""
        known = [part for part in parts if self._share(part) is not None]
        reads = [
            self._read(part) * prod(self._shares(other for other in known if other is not part))
            for part in known
            if self._read(part)
        ]
        return min(reads, default=0)


def _in_company(shares: Sequence[float]) -> float:
    return min(prod(shares) * COMPANY, *shares) if len(shares) > 1 else prod(shares)


def _share_in_order(part: Word | Phrase) -> float:
    """Of the articles with all words of PART, how many have it: the more, the more places a word may stand at."""
    if len(part.forms) == 1:
        return 1
    within = part.within if isinstance(part, Phrase) else 0
    return min(IN_ORDER * max(1, 2 * within), 1)
