"""What a tagger sees of each word: the word, its letters, its neighbours, what is known of it, and its article.

A feature is a short string; which of them speak for a name, and how loudly, is learned. What depends on a word alone
is made once and remembered, for most words of a newspaper come again and again.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from archive.entities.labelled import KINDS, OUTSIDE
from archive.entities.lexicon import CAPITAL, COUNTRY, HOMOGRAPH, NISBA, READINGS, Known, Lexicon, in_the_news
from archive.entities.triggers import SAYING, trigger
from archive.text.normalize import RUN_RANGES, words
from archive.text.remembered import Remembered
from archive.text.tokenize import stem, without_prefix

REMEMBERED_WORDS = 50_000
NEAR = (-3, -2, -1, 1, 2)
"""The neighbours that are looked at."""

_BEFORE, _BEHIND = -1 - NEAR[0], 1 - NEAR[0]
_PADDED_NEAR = tuple((order, offset - NEAR[0]) for order, offset in enumerate(NEAR))

MAX_AFFIX = 4
MAX_LENGTH = 9
MAX_OCCURRENCES = 4
_TIMES = tuple(f"times={times}" for times in range(MAX_OCCURRENCES + 1))
MIN_PART_COUNT = 3
"""A word that is so rarely part of a name is no sign that a name goes on."""

_TOKEN = re.compile(f"[{RUN_RANGES}]+|[^\\s{RUN_RANGES}]|\n")
_ENDS = frozenset(".!?؟")
_ABBREVIATION_LETTERS = 2
_LATIN = re.compile("[a-z]")
_DIGIT = re.compile("[0-9]")
_NISBA = re.compile("^(?:[وف]?[بك]?ال|[وف]?لل).+ي(?:ه|ين|ون|ات)?$")
_QUOTES = frozenset("\"«»“”„'‘’")

# The kinds, and what else is known of names, of which the first is told.
_TOLD_FIRST = (HOMOGRAPH, COUNTRY, CAPITAL, *(in_the_news(kind) for kind in KINDS[1:]), *KINDS[1:], KINDS[0])

# What is looked at of direct neighbours, and of those further off.
_OF_OTHERS = ("w=", "t=", "in", "part", "c", "mark")
_OF_NEIGHBOURS = (
    *_OF_OTHERS,
    "p=",
    "st=",
    "s2=",
    "s3=",
    "b2=",
    "latin",
    "digit",
    "quote",
    "nisba",
    "al",
    "common",
    "rare",
)

Bundle = Any
"""What a `FeatureMaker` was told to make of features that come together."""

Features = list[list[Bundle]]
"""The features of each word of a sentence, in bundles."""


class Bundling(Protocol):
    def __call__(self, features: Iterable[str], offset: int = 0) -> Bundle:
        """Make a bundle of the FEATURES of a word, for the word that has it at OFFSET."""


def spelled(features: Iterable[str], offset: int = 0) -> tuple[str, ...]:
    """The bundle that a CRF learns from: FEATURES by their names."""
    return tuple(f"{offset}:{feature}" for feature in features) if offset else tuple(features)


class Word(NamedTuple):
    """A word or sign of a text, folded, and its character offsets."""

    word: str
    start: int
    end: int


def sentences(text: str) -> Iterator[list[Word]]:
    """Yield the sentences of TEXT: a paragraph ends one, and so does a full stop, but not that of «د.»."""
    sentence: list[Word] = []
    for match in _TOKEN.finditer(text):
        typed = match[0]
        if typed == "\n":
            ends = True
        else:
            word = _FOLDED[typed]
            if not word:
                continue
            sentence.append(Word(word, match.start(), match.end()))
            before = sentence[-2].word if len(sentence) > 1 else ""
            ends = typed in _ENDS and (
                typed != "."
                or (len(before) > _ABBREVIATION_LETTERS and text[match.end() : match.end() + 1].isspace())
            )
        if ends and sentence:
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def _folded(typed: str) -> str:
    # Signs are left as they are: folding makes nothing of them.
    return words(typed).replace(" ", "") if len(typed) > 1 or typed.isalnum() else typed


_FOLDED = Remembered(_folded)


class _Seen(NamedTuple):
    """What is seen of a WORD wherever it stands."""

    word: str
    own: Bundle
    near: tuple[Bundle, ...]
    """What it says of the words that have it as each of NEAR."""
    after: tuple[str, ...]
    """What it is a sign of for the word behind it."""
    before: tuple[str, ...]
    readings: tuple[str, ...]
    """The word without particles, in every way."""
    shape: str
    cluster: str


class FeatureMaker:
    """Makes features with a LEXICON and CLUSTERS of words.

    What is always said together comes as one bundle, made by BUNDLE: the features' names, or what a model has learned
    of them.
    """

    def __init__(self, lexicon: Lexicon, clusters: Mapping[str, int], bundle: Bundling = spelled):
        self._lexicon = lexicon
        self._clusters = clusters
        self._bundle = bundle
        self._nothing = _Seen("", bundle(()), (bundle(()),) * len(NEAR), (), (), (), "", "")
        self._seen = Remembered(self._see, most=REMEMBERED_WORDS)
        self._of_names: dict[tuple[Known, str], tuple[Bundle, Bundle, Bundle]] = {}

    def of(self, article: Sequence[Sequence[Word]], guesses: Sequence[Sequence[str]] | None = None) -> list[Features]:
        """The features of each sentence of ARTICLE; GUESSES are labels that another model gives its words."""
        seen = [[self._seen[word.word] for word in sentence] for sentence in article]
        evidence = _Evidence(article, seen)
        return [
            self._of_sentence(of_words, evidence.of(number), guesses and guesses[number])
            for number, of_words in enumerate(seen)
        ]

    def _of_sentence(
        self,
        seen: Sequence[_Seen],
        evidence: Sequence[Sequence[str]],
        guesses: Sequence[str] | None,
    ) -> Features:
        known = self._known_names([one.word for one in seen])
        padded = [self._nothing] * -NEAR[0] + [*seen] + [self._nothing] * NEAR[-1]
        columns = [
            [one.own for one in seen],
            *([one.near[order] for one in padded[at : at + len(seen)]] for order, at in _PADDED_NEAR),
        ]
        features = []
        for place, (own, *bundles) in enumerate(zip(seen, *columns, strict=True)):
            before, behind = padded[place + _BEFORE], padded[place + _BEHIND]
            here = [*_together(before, own, behind), *evidence[place]]
            here.append(f"pair={before.word}|{own.word}" if place else "first")
            if place == len(seen) - 1:
                here.append("last")
            if guesses:
                here += _of_guess(guesses, place)
            features.append([*bundles, self._bundle(here), *known.get(place, ())])
        return features

    def _see(self, word: str) -> _Seen:
        features = list(self._describe(word))
        of_neighbours = [one for one in features if one.startswith(_OF_NEIGHBOURS)]
        of_others = [one for one in of_neighbours if one.startswith(_OF_OTHERS)]
        return _Seen(
            word,
            self._bundle(features),
            tuple(self._bundle(of_neighbours if abs(offset) == 1 else of_others, offset) for offset in NEAR),
            *self._signs(word),
            tuple(reading for reading, letters in READINGS[word] if letters),
            self._shape(word),
            self._cluster(word),
        )

    def _signs(self, word: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What WORD is a sign of for the word behind it, and for the one before."""
        announced = trigger(word)
        is_part = self._is_part(word)
        after = ([f"after {announced}"] if announced else []) + ["after part"] * is_part
        before = ["before saying"] * (announced == SAYING) + ["before part"] * is_part
        return tuple(after), tuple(before)

    def _shape(self, word: str) -> str:
        """What WORD is at first sight: a sign, what announces a name, a known name, or how common it is."""
        if not word[0].isalnum():
            return "quote" if word in _QUOTES else "mark"
        if announced := trigger(word):
            return announced
        if _DIGIT.search(word):
            return "digit"
        if _LATIN.search(word):
            return "latin"
        return self._known_shape(word) or self._common_shape(word)

    def _known_shape(self, word: str) -> str:
        for reading, letters in READINGS[word]:
            kinds = self._lexicon.names.get((reading,), ())
            if NISBA in kinds and COUNTRY not in kinds:
                return NISBA
            if kind := next((one for one in _TOLD_FIRST if one in kinds), ""):
                return f"{kind}{'p' * self._is_part(reading)}{'+' * (letters > 0)}"
        return ""

    def _common_shape(self, word: str) -> str:
        part, common = self._lexicon.part(word), self._lexicon.commonness(word)
        _what, times, _letters = part or ("", 0, False)
        attached = (common or part or (False,))[-1]
        return (
            f"{'part' * (times > 0)}{common[0] if common else 'rare'}{'al' * word.startswith('ال')}{'+' * attached}"
        )

    def _is_part(self, word: str) -> bool:
        part = self._lexicon.parts.get(word)
        return part is not None and part[1] >= MIN_PART_COUNT

    def _describe(self, word: str) -> Iterator[str]:
        yield f"w={word}"
        if not word[0].isalnum():
            yield "quote" if word in _QUOTES else "mark"
            return
        yield f"p={without_prefix(word)}"
        yield f"st={stem(word)}"
        for letters in range(1, MAX_AFFIX + 1):
            if len(word) > letters:
                yield f"s{letters}={word[-letters:]}"
                yield f"b{letters}={word[:letters]}"
        yield f"length={min(len(word), MAX_LENGTH)}"
        if _LATIN.search(word):
            yield "latin"
        if _DIGIT.search(word):
            yield "digit"
        if _NISBA.match(word):
            yield "nisba"
        if word.startswith("ال"):
            yield "al"
        if announced := trigger(word):
            yield f"t={announced}"
        if part := self._lexicon.part(word):
            name, common, attached = part
            yield f"part{common}{'+' * attached}"
            yield f"part={name}{'+' * attached}"
        for kind, common, attached in self._lexicon.kinds(word):
            yield f"in={kind}{common}{'+' * attached}"
        yield self._cluster(word)
        if common := self._lexicon.commonness(word):
            yield f"common{common[0]}{'+' * common[1]}"
        else:
            yield "rare"

    def _cluster(self, word: str) -> str:
        for reading, letters in READINGS[word]:
            if (cluster := self._clusters.get(reading)) is not None:
                return f"c{'+' * (letters > 0)}={cluster}"
        return "c?"

    def _known_names(self, folded: Sequence[str]) -> dict[int, list[Bundle]]:
        """What the known names among the words FOLDED say of each of these and of those beside them, by number."""
        bundles: dict[int, list[Bundle]] = defaultdict(list)
        for first, known in self._lexicon.find(folded).items():
            for place in range(first, first + known.length):
                here, for_next, for_last = self._of_known(known, "I" if place > first else "B")
                bundles[place].append(here)
                bundles[place + 1].append(for_next)
                bundles[place - 1].append(for_last)
        return bundles

    def _of_known(self, known: Known, inside: str) -> tuple[Bundle, Bundle, Bundle]:
        """What a word of a KNOWN name says of itself, of the word behind it and of the one before."""
        if (remembered := self._of_names.get((known, inside))) is None:
            attached = "+" * (known.letters > 0)
            features = [f"n{inside}={kind}{min(known.length, 3)}{attached}" for kind in sorted(known.kinds)]
            remembered = self._of_names[known, inside] = (
                self._bundle(features),
                self._bundle(features, -1),
                self._bundle(features, 1),
            )
        return remembered


def _together(before: _Seen, own: _Seen, behind: _Seen) -> list[str]:
    """What a word and those beside it say together."""
    return [
        f"x={before.shape}|{own.shape}",
        f"y={own.shape}|{behind.shape}",
        f"z={before.shape}|{own.shape}|{behind.shape}",
        f"v={before.word}|{own.shape}",
        f"u={own.shape}|{behind.word}",
        f"cc={before.cluster}|{own.cluster}",
        f"kk={own.cluster}|{behind.cluster}",
    ]


class _Evidence:
    """What the other places say where a word of an article stands: what announces it there, what is beside it.

    SEEN is what is seen of each word of ARTICLE.
    """

    def __init__(self, article: Sequence[Sequence[Word]], seen: Sequence[Sequence[_Seen]]):
        self._article = article
        self._seen = seen
        words = {word.word for sentence in article for word in sentence}
        self._bare: dict[str, str] = {}
        self._times: Counter[str] = Counter()
        for sentence, of_words in zip(article, seen, strict=True):
            for (word, _start, _end), of_word in zip(sentence, of_words, strict=True):
                if len(word) > 1:
                    if (bare := self._bare.get(word)) is None:
                        bare = next((one for one in of_word.readings if one in words), word)
                        self._bare[word] = bare
                    self._times[bare] += 1
        self._signs: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for number, sentence in enumerate(article):
            for place, word in enumerate(sentence):
                if (bare := self._repeated(word.word)) and (signs := self._beside(number, place)):
                    self._signs[bare].update(signs)

    def of(self, number: int) -> list[list[str]]:
        """For each word of the sentence with that NUMBER what its other places say."""
        told = []
        for place, word in enumerate(self._article[number]):
            features: list[str] = []
            if bare := self._repeated(word.word):
                signs = self._signs.get(bare)
                if signs:
                    own = self._beside(number, place)
                    features += [f"d:{sign}" for sign, count in signs.items() if count > (sign in own)]
                features.append(_TIMES[min(self._times[bare], MAX_OCCURRENCES)])
                if bare != word.word:
                    features.append("bare")
            told.append(features)
        return told

    def _repeated(self, word: str) -> str | None:
        """WORD without the particles before it, where the article has it so too; None if it stands there once."""
        bare = self._bare.get(word)
        return bare if bare and self._times[bare] > 1 else None

    def _beside(self, number: int, place: int) -> tuple[str, ...]:
        seen = self._seen[number]
        before = seen[place - 1].after if place else ()
        behind = seen[place + 1].before if place + 1 < len(seen) else ()
        return before + behind


def _of_guess(labels: Sequence[str], place: int) -> list[str]:
    """What another model says of the word at PLACE, and of those beside it."""
    before = labels[place - 1] if place else OUTSIDE
    behind = labels[place + 1] if place + 1 < len(labels) else OUTSIDE
    return [f"guess={labels[place]}", f"guesses={before}|{labels[place]}|{behind}"]
