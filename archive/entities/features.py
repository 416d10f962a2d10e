"""What a tagger sees of each word: the word, its letters, its neighbours, what is known of it, and its article.

A feature is a short string; which of them speak for a name, and how loudly, is learned. What depends on a word alone
is made once and remembered, for most words of a newspaper come again and again.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from archive.entities.gazetteer import readings_of
from archive.entities.lexicon import Lexicon
from archive.entities.triggers import SAYING, trigger
from archive.text.normalize import RUN_RANGES, words
from archive.text.tokenize import REMEMBERED_CHARS, stem, without_prefix

REMEMBERED_WORDS = 50_000
NEAR = (-3, -2, -1, 1, 2)
"""The neighbours that are looked at."""

MAX_AFFIX = 4
MAX_LENGTH = 9
MAX_OCCURRENCES = 4
MIN_PART_COUNT = 3
"""A word that is so rarely part of a name is no sign that a name goes on."""

_TOKEN = re.compile(f"[{RUN_RANGES}]+|[^\\s{RUN_RANGES}]|\n")
_ENDS = frozenset(".!?؟")
_ABBREVIATION_LETTERS = 2
_LATIN = re.compile("[a-z]")
_DIGIT = re.compile("[0-9]")
_NISBA = re.compile("^(?:[وف]?[بك]?ال|[وف]?لل).+ي(?:ه|ين|ون|ات)?$")
_QUOTES = frozenset("\"«»“”„'‘’")

# What is looked at of direct neighbours, and of those further off.
_OF_OTHERS = ("w=", "t=", "in", "part", "c", "mark")
_OF_NEIGHBOURS = (*_OF_OTHERS, "p=", "st=", "s2=", "s3=", "b2=", "latin", "digit", "quote", "nisba", "al")

Features = list[list[str]]
"""The features of each word of a sentence."""


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
            word = _folded(typed) if len(typed) <= REMEMBERED_CHARS else _folded.__wrapped__(typed)
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


@lru_cache(maxsize=100_000)
def _folded(typed: str) -> str:
    # Signs are left as they are: folding makes nothing of them.
    return words(typed).replace(" ", "") if len(typed) > 1 or typed.isalnum() else typed


class FeatureMaker:
    """Makes features with a LEXICON and CLUSTERS of words; only those KNOWN to a model, where these are given."""

    def __init__(self, lexicon: Lexicon, clusters: Mapping[str, int], known: Collection[str] | None = None):
        self._lexicon = lexicon
        self._clusters = clusters
        self._known = known
        self._of_words: dict[str, tuple[tuple[str, ...], ...]] = {}

    def of(self, article: Sequence[Sequence[Word]], guesses: Sequence[Sequence[str]] | None = None) -> list[Features]:
        """The features of each sentence of ARTICLE; GUESSES are labels that another model gives its words."""
        evidence = _Evidence(article, self._lexicon)
        made = []
        for number, sentence in enumerate(article):
            features = self._of_sentence(sentence)
            own = [evidence.of(number, place, word.word) for place, word in enumerate(sentence)]
            if guesses:
                own = [[*one, *other] for one, other in zip(own, _of_guesses(guesses[number]), strict=True)]
            for one, more in zip(features, own, strict=True):
                one += self._kept(more)
            made.append(features)
        return made

    def _of_sentence(self, sentence: Sequence[Word]) -> Features:
        folded = [word.word for word in sentence]
        alone = [self._of_word(word) for word in folded]
        known = self._known_names(folded)
        features = []
        for place, own in enumerate(alone):
            found = [*own[0]]
            for order, offset in enumerate(NEAR, start=1):
                other = place + offset
                if 0 <= other < len(folded):
                    found += alone[other][order]
                    if abs(offset) == 1:
                        found += self._kept([f"{offset}:{feature}" for feature in known.get(other, ())])
            found += self._kept(
                [
                    *known.get(place, ()),
                    *(["first"] if place == 0 else [f"pair={folded[place - 1]}|{folded[place]}"]),
                    *(["last"] if place == len(folded) - 1 else []),
                ]
            )
            features.append(found)
        return features

    def _of_word(self, word: str) -> tuple[tuple[str, ...], ...]:
        """The features of WORD itself, and those it gives to the words that have it as each of NEAR."""
        if (remembered := self._of_words.get(word)) is not None:
            return remembered
        own = list(self._describe(word))
        made = (
            tuple(self._kept(own)),
            *(
                tuple(
                    self._kept(
                        [
                            f"{offset}:{feature}"
                            for feature in own
                            if feature.startswith(_OF_NEIGHBOURS if abs(offset) == 1 else _OF_OTHERS)
                        ]
                    )
                )
                for offset in NEAR
            ),
        )
        if len(word) <= REMEMBERED_CHARS:
            if len(self._of_words) >= REMEMBERED_WORDS:
                self._of_words.clear()
            self._of_words[word] = made
        return made

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

    def _cluster(self, word: str) -> str:
        for reading, letters in readings_of(word):
            if (cluster := self._clusters.get(reading)) is not None:
                return f"c{'+' * (letters > 0)}={cluster}"
        return "c?"

    def _known_names(self, folded: Sequence[str]) -> dict[int, list[str]]:
        """What the known names among the words FOLDED say of each of these, by its number."""
        features: dict[int, list[str]] = defaultdict(list)
        for first, known in self._lexicon.find(folded).items():
            for place in range(first, first + known.length):
                inside = "I" if place > first else "B"
                features[place] += [
                    f"n{inside}={kind}{min(known.length, 3)}{'+' * (known.letters > 0)}"
                    for kind in sorted(known.kinds)
                ]
        return features

    def _kept(self, features: list[str]) -> list[str]:
        return features if self._known is None else [feature for feature in features if feature in self._known]


class _Evidence:
    """What the other places say where a word of an article stands: what announces it there, what is beside it."""

    def __init__(self, article: Sequence[Sequence[Word]], lexicon: Lexicon):
        self._words = {word.word for sentence in article for word in sentence}
        self._bare: dict[str, str] = {}
        self._signs: dict[tuple[int, int], list[str]] = {}
        self._seen: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._times: Counter[str] = Counter()
        for number, sentence in enumerate(article):
            for place, word in enumerate(sentence):
                if len(word.word) > 1:
                    signs = self._signs[number, place] = _signs(sentence, place, lexicon)
                    bare = self.bare(word.word)
                    self._seen[bare].update(signs)
                    self._times[bare] += 1

    def bare(self, word: str) -> str:
        """WORD without the particles before it, where the article has it so too."""
        if (bare := self._bare.get(word)) is None:
            others = (reading for reading, letters in readings_of(word) if letters and reading in self._words)
            bare = self._bare[word] = next(others, word)
        return bare

    def of(self, number: int, place: int, word: str) -> list[str]:
        bare = self.bare(word)
        if (times := self._times[bare]) < 2:
            return []
        own = self._signs[number, place]
        features = [f"d:{sign}" for sign, count in self._seen[bare].items() if count > (sign in own)]
        features.append(f"times={min(times, MAX_OCCURRENCES)}")
        if bare != word:
            features.append("bare")
        return features


def _signs(sentence: Sequence[Word], place: int, lexicon: Lexicon) -> list[str]:
    before = sentence[place - 1].word if place else ""
    behind = sentence[place + 1].word if place + 1 < len(sentence) else ""
    signs = []
    if before:
        if announced := trigger(before):
            signs.append(f"after {announced}")
        if _is_part(before, lexicon):
            signs.append("after part")
    if behind:
        if trigger(behind) == SAYING:
            signs.append("before saying")
        if _is_part(behind, lexicon):
            signs.append("before part")
    return signs


def _is_part(word: str, lexicon: Lexicon) -> bool:
    part = lexicon.parts.get(word)
    return part is not None and part[1] >= MIN_PART_COUNT


def _of_guesses(labels: Sequence[str]) -> Iterator[list[str]]:
    """What another model says of each word, and of those beside it."""
    for place, label in enumerate(labels):
        before = labels[place - 1] if place else "O"
        behind = labels[place + 1] if place + 1 < len(labels) else "O"
        yield [f"guess={label}", f"guesses={before}|{label}|{behind}"]
