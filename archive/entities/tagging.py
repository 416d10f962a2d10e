"""Finding names that nobody has told the archive: a conditional random field (CRF) over the words of each sentence.

The model that ships was trained on labelled news; an archive may have one of its own, learned from what its editors
decided, that leans on what the shipped one says.
"""

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from functools import cached_property, lru_cache
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from archive.entities.agreement import Agreement, Candidate, places_of
from archive.entities.crf import Chain, LikelyName, Scores, Totals, unpacked
from archive.entities.edges import Edges
from archive.entities.features import FeatureMaker, Word, sentences
from archive.entities.labelled import KINDS, OUTSIDE
from archive.entities.lexicon import Lexicon
from archive.entities.model_file import ModelFile

SHIPPED_MODEL = Path(__file__).parent / "names_model_v2.zip"

MIN_BEST = 0.4
"""A name so likely is taken for one: the F1 of all is best at half of what it is itself (Lipton and others, 2014)."""

MIN_CONFIDENCE = 0.25
"""What is less likely a name than this is not worth an editor's look."""


class FoundName(NamedTuple):
    """A name at character offsets, without particles and titles, its kind, and how likely it is one of that kind."""

    start: int
    end: int
    kind: str
    confidence: float
    is_best: bool
    """Whether the likeliest reading of the sentence has it, and not only one that is likely enough to ask about."""


class Model:
    """A trained tagger. BASE is the one whose labels it was trained to lean on, if any."""

    def __init__(self, file: ModelFile, *, base: "Model | None" = None):
        self._file = file
        self._base = base
        self._chain = Chain(file.weights.transitions)
        self._totals = Totals(file.weights.features)
        self.lexicon = Lexicon(file.parts, file.names, file.common)

    @cached_property
    def _features(self) -> FeatureMaker:
        return FeatureMaker(self.lexicon, self._file.clusters, self._totals.of)

    def resources(self) -> dict:
        """The names, name parts, common words and clusters of this model, as `training.train` takes them."""
        parts, names, common, clusters = self._file[1:5]
        return {"parts": parts, "names": names, "common": common, "clusters": clusters}

    def with_names(self, names: Iterable[tuple[str, str]]) -> "Model":
        """This model, which has heard of the archive's NAMES too: folded ones with their kinds."""
        grown = copy(self)
        grown.lexicon = self.lexicon.with_names(names)
        grown.__dict__.pop("_features", None)
        return grown

    def find(self, text: str) -> list[FoundName]:
        """The names in TEXT that are likely enough, in order; none overlap."""
        article = list(sentences(text))
        read = self._read(article)
        edges = Edges(article, self.lexicon)
        agreement = Agreement(article, read, edges)
        found = []
        for sentence, (candidates, chances) in zip(article, read, strict=True):
            agreed = agreement.of(sentence, candidates, chances)
            named = places_of(agreed)
            for first, last, kind, confidence, is_best in agreed:
                if offsets := edges.trimmed(text, sentence[first : last + 1], kind, in_list=first - 1 in named):
                    found.append(FoundName(*offsets, kind, confidence, is_best))
        return found

    def labels(self, article: Sequence[Sequence[Word]]) -> list[list[str]]:
        """The label of each word of the sentences of ARTICLE, each read by itself."""
        read = self._read(article)
        return [_labels(len(sentence), names) for sentence, (names, _chances) in zip(article, read, strict=True)]

    def _read(self, article: Sequence[Sequence[Word]]) -> list[tuple[list[Candidate], list[float]]]:
        """Of each sentence of ARTICLE the names, and how likely each word stands in one."""
        features = self._features.of(article, self._base and self._base.labels(article))
        return [self._read_sentence([unpacked(sum(bundles)) for bundles in of_words]) for of_words in features]

    def _read_sentence(self, scores: Sequence[Scores]) -> tuple[list[Candidate], list[float]]:
        names, inside = self._chain.read(scores)
        best = _best(names)
        chances = [sum(kinds) for kinds in inside]
        taken = places_of(best)
        doubtful = [place not in taken and chance >= MIN_CONFIDENCE for place, chance in enumerate(chances)]
        return [*best, *_doubtful(doubtful, inside)], chances


def _best(names: Iterable[LikelyName]) -> list[Candidate]:
    """Those of NAMES that are likely enough, the likeliest first; none overlap."""
    best: list[Candidate] = []
    taken: set[int] = set()
    for name in sorted(names, key=attrgetter("chance"), reverse=True):
        places = range(name.first, name.last + 1)
        if name.chance >= MIN_BEST and taken.isdisjoint(places):
            best.append(Candidate(*name, True))
            taken.update(places)
    return best


def _doubtful(is_doubtful: Sequence[bool], inside: Sequence[Sequence[float]]) -> Iterator[Candidate]:
    """Yield the stretches of doubtful words, each as the kind of name that all its words are likeliest INSIDE."""
    for is_name, run in groupby(range(len(is_doubtful)), key=is_doubtful.__getitem__):
        if is_name:
            places = [*run]
            likely = [min(of_kind) for of_kind in zip(*(inside[place] for place in places), strict=True)]
            chance = max(likely)
            yield Candidate(places[0], places[-1], KINDS[likely.index(chance)], chance, False)


def _labels(words: int, names: Iterable[Candidate]) -> list[str]:
    labels = [OUTSIDE] * words
    for name in names:
        if name.is_best:
            labels[name.first : name.last + 1] = [f"B-{name.kind}"] + [f"I-{name.kind}"] * (name.last - name.first)
    return labels


@lru_cache(maxsize=1)
def shipped_model() -> Model:
    return Model(ModelFile.unpacked(SHIPPED_MODEL.read_bytes()))
