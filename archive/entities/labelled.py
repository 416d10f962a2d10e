"""Texts whose names are labelled: what a tagger learns from, and is measured on. CoNLL files are read here.

A CoNLL file has a token and its label on each line (the first and the last column; columns between are passed over)
and an empty line after each sentence. `-DOCSTART-` begins an article, where the file tells.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from archive.models import Entity

KINDS = (Entity.Kind.PERSON.value, Entity.Kind.PLACE.value, Entity.Kind.ORGANISATION.value)
"""What a tagger tells apart."""

KIND_OF_TYPE = {
    **dict.fromkeys(("PER", "PERS", "PERSON"), KINDS[0]),
    **dict.fromkeys(("LOC", "LOCATION", "PLACE", "GPE"), KINDS[1]),
    **dict.fromkeys(("ORG", "ORGANISATION", "ORGANIZATION"), KINDS[2]),
}
"""The types of names in labelled sets, as ours; other types are no names of ours."""

OUTSIDE = "O"
ARTICLE_START = "-DOCSTART-"
SENTENCES_PER_ARTICLE = 15
"""Where a file tells no articles apart, so many sentences on end are taken for one."""


class Span(NamedTuple):
    """A name of a KIND, from START to before END: character offsets, or numbers of tokens where it is said so."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class Sentence:
    """The tokens of a sentence and, by their numbers, its names."""

    tokens: list[str]
    names: list[Span]


@dataclass(frozen=True)
class LabelledText:
    """A text and the names in it, by character offsets and in order.

    DECIDED are the places somebody has decided about; only the sentences that touch one are learned from. None where
    all are.
    """

    text: str
    names: list[Span]
    decided: list[tuple[int, int]] | None = None


@dataclass(frozen=True)
class Labelled:
    """Articles of sentences, and how often each type stands in them that is none of ours."""

    articles: list[list[Sentence]]
    passed_over: Counter[str]

    def texts(self) -> list[LabelledText]:
        return [joined(article)[0] for article in self.articles]

    def split(self, share: float) -> tuple["Labelled", "Labelled"]:
        """The first articles, and the last SHARE of them: what is learned from and measured on never interleaves."""
        kept = len(self.articles) - round(len(self.articles) * share)
        return Labelled(self.articles[:kept], self.passed_over), Labelled(self.articles[kept:], self.passed_over)

    def first(self, sentences: int) -> "Labelled":
        """Only the articles that make up so many SENTENCES, at least."""
        taken: list[list[Sentence]] = []
        for article in self.articles:
            if sum(map(len, taken)) >= sentences:
                break
            taken.append(article)
        return Labelled(taken, self.passed_over)


def read_conll(lines: Iterable[str]) -> Labelled:
    """Read the LINES of a CoNLL file, labelled in BIO, IOB or BIOES, with - or _ between place and type."""
    passed_over: Counter[str] = Counter()
    articles: list[list[Sentence]] = [[]]
    told = False
    for rows in _sentences(lines):
        if rows[0][0] == ARTICLE_START:
            told = True
            articles.append([])
            rows = rows[1:]
        if not rows:
            continue
        if not told and len(articles[-1]) >= SENTENCES_PER_ARTICLE:
            articles.append([])
        names = []
        for start, end, label_type in _spans([label for _token, label in rows]):
            if kind := KIND_OF_TYPE.get(label_type.upper()):
                names.append(Span(start, end, kind))
            else:
                passed_over[label_type] += 1
        articles[-1].append(Sentence([token for token, _label in rows], names))
    return Labelled([article for article in articles if article], passed_over)


def joined(article: Sequence[Sentence]) -> tuple[LabelledText, list[list[tuple[int, int]]]]:
    """ARTICLE as a text, a sentence a line and a space between tokens; and where each token of each stands in it."""
    parts: list[str] = []
    names: list[Span] = []
    places: list[list[tuple[int, int]]] = []
    offset = 0
    for sentence in article:
        own = []
        for token in sentence.tokens:
            own.append((offset, offset + len(token)))
            offset += len(token) + 1
        parts.append(" ".join(sentence.tokens))
        places.append(own)
        names += [Span(own[name.start][0], own[name.end - 1][1], name.kind) for name in sentence.names]
    return LabelledText("\n".join(parts), names), places


def _sentences(lines: Iterable[str]) -> Iterator[list[tuple[str, str]]]:
    """The rows of each sentence: token and label. A line with a token only says nothing of it."""
    rows: list[tuple[str, str]] = []
    for line in lines:
        columns = line.split()
        if columns:
            rows.append((columns[0], columns[-1] if len(columns) > 1 else OUTSIDE))
        elif rows:
            yield rows
            rows = []
    if rows:
        yield rows


def _spans(labels: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """The names that LABELS tell, with their types as they are written."""
    start, open_type = 0, ""
    for number, label in enumerate([*labels, OUTSIDE]):
        place, label_type = ("", "") if label == OUTSIDE else _parts(label)
        begins = place in "BSU" or label_type != open_type
        if open_type and begins:
            yield start, number, open_type
            open_type = ""
        if label_type and begins:
            start, open_type = number, label_type
        if open_type and place in ("E", "L", "S", "U"):
            yield start, number + 1, open_type
            open_type = ""


def _parts(label: str) -> tuple[str, str]:
    """The place in its name and the type that LABEL tells; a bare type (PERS) is inside one."""
    if len(label) > 2 and label[0] in "BIOESLU" and label[1] in "-_":
        return label[0], label[2:]
    return "I", label
