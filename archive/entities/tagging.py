"""Finding names that nobody has told the archive: a conditional random field (CRF) over the words of each sentence.

A model is one file: the weights of the CRF, the names and name parts it has heard of, its clusters of words, and what
it was made from. The one that ships was trained on labelled news; an archive may have one of its own, learned from
what its editors decided, that leans on what the shipped one says.
"""

import json
import zipfile
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property, lru_cache
from io import BytesIO
from itertools import groupby
from pathlib import Path
from threading import RLock
from typing import NamedTuple

import pycrfsuite

from archive.entities.features import FeatureMaker, Word, sentences
from archive.entities.gazetteer import after_letters, readings_of
from archive.entities.labelled import KINDS, OUTSIDE
from archive.entities.lexicon import Lexicon
from archive.entities.triggers import TITLE, trigger
from archive.models import Entity
from archive.text.tokenize import KEPT_WORDS, Token

SHIPPED_MODEL = Path(__file__).parent / "names_model_v1.zip"

MIN_ECHOED = 0.6
"""How sure a name must be to count elsewhere in the article."""

UNSHAKEN = 0.8
"""What is so sure of its kind goes by no other place of the article."""

MIN_ECHO = 0.05
"""How likely a name it must be there by itself."""

MIN_DEFINITE_LETTERS = 6
"""What so many letters follow, from ال on, is a particle: «بالكونغرس», but «بالمر»."""

MIN_CONFIDENCE = 0.3
"""What is less likely a name than this is not worth an editor's look."""

_WEIGHTS, _PARTS, _NAMES, _CLUSTERS, _ABOUT = "weights.crf", "parts.tsv", "names.tsv", "clusters.tsv", "about.json"
_SAME_DATE = (1980, 1, 1, 0, 0, 0)
"""Of every file in a model, so that the same training makes the same file."""


class FoundName(NamedTuple):
    """A name at character offsets, without particles and titles, its kind, and how likely it is one of that kind."""

    start: int
    end: int
    kind: str
    confidence: float
    is_best: bool
    """Whether the likeliest reading of the sentence has it, and not only one that is likely enough to ask about."""


class ModelFile(NamedTuple):
    """What a model is made of; PARTS, NAMES and CLUSTERS as `Lexicon` and `FeatureMaker` take them."""

    weights: bytes
    parts: Collection[tuple[str, str, int]]
    names: Collection[tuple[str, str]]
    clusters: Mapping[str, int]
    about: dict

    def packed(self) -> bytes:
        """As one file, the same for the same content."""
        out = BytesIO()
        contents = {
            _WEIGHTS: self.weights,
            _PARTS: _lines(self.parts),
            _NAMES: _lines(self.names),
            _CLUSTERS: _lines(self.clusters.items()),
            _ABOUT: json.dumps(self.about, ensure_ascii=False, indent=1, sort_keys=True).encode(),
        }
        with zipfile.ZipFile(out, "w") as packed:
            for name, content in contents.items():
                packed.writestr(zipfile.ZipInfo(name, _SAME_DATE), content, zipfile.ZIP_LZMA)
        return out.getvalue()

    @classmethod
    def unpacked(cls, content: bytes) -> "ModelFile":
        with zipfile.ZipFile(BytesIO(content)) as packed:
            rows = {name: _rows(packed.read(name)) for name in (_PARTS, _NAMES, _CLUSTERS)}
            return cls(
                packed.read(_WEIGHTS),
                [(word, part, int(count)) for word, part, count in rows[_PARTS]],
                [(name, kind) for name, kind in rows[_NAMES]],
                {word: int(cluster) for word, cluster in rows[_CLUSTERS]},
                json.loads(packed.read(_ABOUT)),
            )


class Model:
    """A trained tagger. BASE is the one whose labels it was trained to lean on, if any."""

    def __init__(self, file: ModelFile, *, base: "Model | None" = None):
        self._file = file
        self._base = base
        # A tagger speaks of the sentence that it was given last, whichever thread gave it.
        self._lock = RLock()
        self._tagger = pycrfsuite.Tagger()
        self._tagger.open_inmemory(file.weights)
        labels = [label for label in self._tagger.labels() if label != OUTSIDE]
        self._labels_of = {kind: [label for label in labels if label[2:] == kind] for kind in KINDS}
        self._known_features = frozenset(self._tagger.info().attributes)
        self.lexicon = Lexicon(file.parts, file.names)

    @cached_property
    def _features(self) -> FeatureMaker:
        return FeatureMaker(self.lexicon, self._file.clusters, self._known_features)

    def resources(self) -> dict:
        """The names, name parts and clusters of this model, as `training.train` takes them for another."""
        return {"parts": self._file.parts, "names": self._file.names, "clusters": self._file.clusters}

    def with_names(self, names: Iterable[tuple[str, str]]) -> "Model":
        """This model, which has heard of the archive's NAMES too: folded ones with their kinds."""
        grown = copy(self)
        grown.lexicon = self.lexicon.with_names(names)
        grown.__dict__.pop("_features", None)
        return grown

    def find(self, text: str) -> list[FoundName]:
        """The names in TEXT that are likely enough, in order; none overlap."""
        article = list(sentences(text))
        features = self._features.of(article, self._base and self._base.labels(article))
        with self._lock:
            read = [self._read(of_words) for of_words in features]
        edges = Edges(article, self.lexicon)
        agreement = _Agreement(article, read, edges)
        found = []
        for sentence, (candidates, chances) in zip(article, read, strict=True):
            agreed = agreement.of(sentence, candidates, chances)
            named = _places(agreed)
            for first, last, kind, confidence, is_best in agreed:
                if offsets := edges.trimmed(text, sentence[first : last + 1], kind, in_list=first - 1 in named):
                    found.append(FoundName(*offsets, kind, confidence, is_best))
        return found

    def labels(self, article: Sequence[Sequence[Word]]) -> list[list[str]]:
        """The likeliest label of each word of the sentences of ARTICLE."""
        features = self._features.of(article, self._base and self._base.labels(article))
        with self._lock:
            return [self._tagger.tag(of_words) for of_words in features]

    def _read(self, features: list[list[str]]) -> tuple[list["_Candidate"], list[float]]:
        """The names of the sentence whose words have FEATURES, and how likely each word stands in one."""
        labels = self._tagger.tag(pycrfsuite.ItemSequence(features))
        chances = [1 - self._tagger.marginal(OUTSIDE, place) for place in range(len(features))]
        candidates = [
            _Candidate(first, last, kind, self._chance(kind, first, last), True)
            for first, last, kind in spans_of(labels)
        ]
        taken = _places(candidates)
        doubtful = [place not in taken and chance >= MIN_CONFIDENCE for place, chance in enumerate(chances)]
        for is_name, run in groupby(range(len(features)), key=doubtful.__getitem__):
            if is_name:
                first, *_others = places = [*run]
                likely = {kind: self._chance(kind, first, places[-1]) for kind in KINDS}
                kind = max(KINDS, key=likely.__getitem__)
                candidates.append(_Candidate(first, places[-1], kind, likely[kind], False))
        return candidates, chances

    def _chance(self, kind: str, first: int, last: int) -> float:
        """How likely the words from FIRST to LAST of the sentence at hand are in a name of KIND: the unlikeliest."""
        labels = self._labels_of[kind]
        return min(sum(self._tagger.marginal(label, place) for label in labels) for place in range(first, last + 1))


class _Candidate(NamedTuple):
    """A name by the numbers of its FIRST and LAST word."""

    first: int
    last: int
    kind: str
    confidence: float
    is_best: bool


def _places(candidates: Iterable[_Candidate]) -> set[int]:
    return {place for candidate in candidates for place in range(candidate.first, candidate.last + 1)}


class _Agreement:
    """What the sentences of an article say together: a name that is sure in one is a name in the next, of one kind.

    A surname too is sure where its person is named in full elsewhere: «لافروف» after «سيرغي لافروف».
    """

    def __init__(
        self, article: Sequence[Sequence[Word]], read: Iterable[tuple[list[_Candidate], object]], edges: "Edges"
    ):
        self._edges = edges
        self._votes: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        sure: dict[tuple[str, ...], str] = {}
        surnames: dict[tuple[str, ...], str] = {}
        for sentence, (candidates, _chances) in zip(article, read, strict=True):
            for name in candidates:
                key = self._key(sentence, name.first, name.last)
                if name.is_best:
                    self._votes[key][name.kind] += name.confidence
                if name.confidence >= MIN_ECHOED:
                    sure[key] = name.kind
                    if name.kind == Entity.Kind.PERSON and len(key) > 1:
                        surnames[key[-1:]] = name.kind
        self._sure = surnames | sure
        self._longest = max(map(len, self._sure), default=0)

    def of(
        self, sentence: Sequence[Word], candidates: list[_Candidate], chances: Sequence[float]
    ) -> list[_Candidate]:
        """The names in SENTENCE in order: its CANDIDATES, and those that have some of the CHANCES of its words."""
        agreed = [self._agreed(sentence, name) for name in candidates]
        taken = _places(candidates)
        place = 0
        while place < len(sentence):
            length = self._echo(sentence, place, chances, taken) if chances[place] >= MIN_ECHO else 0
            if length:
                key = self._key(sentence, place, place + length - 1)
                chance = min(chances[place : place + length])
                agreed.append(_Candidate(place, place + length - 1, self._kind(key), (1 + chance) / 2, True))
            place += length or 1
        return sorted(agreed)

    def _agreed(self, sentence: Sequence[Word], name: _Candidate) -> _Candidate:
        key = self._key(sentence, name.first, name.last)
        if name.confidence >= UNSHAKEN or not (key in self._sure or (name.is_best and key in self._votes)):
            return name
        return name._replace(kind=self._kind(key), is_best=True)

    def _echo(self, sentence: Sequence[Word], place: int, chances: Sequence[float], taken: set[int]) -> int:
        """How many words from PLACE on are a name that is sure elsewhere, and may be one here."""
        for length in range(min(self._longest, len(sentence) - place), 0, -1):
            places = range(place, place + length)
            if (
                taken.isdisjoint(places)
                and min(chances[other] for other in places) >= MIN_ECHO
                and self._key(sentence, place, place + length - 1) in self._sure
            ):
                return length
        return 0

    def _kind(self, key: tuple[str, ...]) -> str:
        votes = self._votes.get(key)
        return max(votes, key=votes.__getitem__) if votes else self._sure[key]

    def _key(self, sentence: Sequence[Word], first: int, last: int) -> tuple[str, ...]:
        return (
            self._edges.bare(sentence[first].word),
            *(word.word for word in sentence[first + 1 : last + 1]),
        )


class Edges:
    """Where the names of an ARTICLE begin and end: without titles, signs and attached particles."""

    def __init__(self, article: Sequence[Sequence[Word]], lexicon: Lexicon):
        self._words = {word.word for sentence in article for word in sentence}
        self._lexicon = lexicon

    def trimmed(self, text: str, name: Sequence[Word], kind: str, *, in_list: bool) -> tuple[int, int] | None:
        """The offsets in TEXT of NAME, its words; None for no name. IN_LIST: another stands right before."""
        kept = list(name)
        while kept and not kept[-1].word[0].isalnum():
            kept.pop()
        while kept and (not kept[0].word[0].isalnum() or (len(kept) > 1 and self._is_title(kept[0].word, kind))):
            kept.pop(0)
        if not kept or (len(kept) == 1 and self._is_no_name(kept[0].word, kind)):
            return None
        letters = self._letters_before(kept[0].word, in_list=in_list)
        return after_letters(text, Token(*kept[0]), letters), kept[-1].end

    def _is_no_name(self, word: str, kind: str) -> bool:
        """Is WORD an adjective of a place? «المصري» may be a person all the same, and «تركي» is a given name."""
        if word in self._lexicon or not self._lexicon.is_nisba(word):
            return False
        return kind != Entity.Kind.PERSON or not word.startswith("ال")

    def bare(self, word: str) -> str:
        """WORD without particles."""
        letters = self._letters_before(word, in_list=False)
        return next((reading for reading, before in readings_of(word) if before == letters), word)

    def _is_title(self, word: str, kind: str) -> bool:
        # Some titles are given names too: «سلطان», «أمير».
        return (
            kind == Entity.Kind.PERSON
            and trigger(word) == TITLE
            and (word.startswith("ال") or word not in self._lexicon)
        )

    def _letters_before(self, word: str, *, in_list: bool) -> int:
        """How many letters of WORD are particles before a name: known names, the article or the spelling tell."""
        if word in self._lexicon or word in KEPT_WORDS:
            return 0
        attached = [(reading, letters) for reading, letters in readings_of(word) if letters]
        for reading, letters in attached:
            if reading in self._lexicon or reading in self._words:
                return letters
        for reading, letters in attached:
            if reading.startswith("ال") and len(reading) >= MIN_DEFINITE_LETTERS:
                return letters
        return 1 if in_list and word.startswith("و") and attached else 0


def spans_of(labels: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield the first and last word, and the kind, of each name that LABELS tell."""
    first, open_kind = 0, ""
    for place, label in enumerate([*labels, OUTSIDE]):
        kind = "" if label == OUTSIDE else label[2:]
        if open_kind and (label.startswith("B") or kind != open_kind):
            yield first, place - 1, open_kind
            open_kind = ""
        if kind and not open_kind:
            first, open_kind = place, kind


def _lines(rows: Iterable[Sequence[object]]) -> bytes:
    return "".join("\t".join(map(str, row)) + "\n" for row in rows).encode()


def _rows(content: bytes) -> list[list[str]]:
    return [line.split("\t") for line in content.decode().splitlines()]


@lru_cache(maxsize=1)
def shipped_model() -> Model:
    return Model(ModelFile.unpacked(SHIPPED_MODEL.read_bytes()))
