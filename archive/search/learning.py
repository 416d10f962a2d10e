"""Learning words from the archive itself: broken plurals, by pattern and company; and kept words.

Arabic makes most plurals by changing a word inside (وزير, وزراء), in some dozens of patterns. Two nouns of the
archive that fit one are proposed as words of the same meaning when they also keep the same company: the stems that
stand near each of them, weighed by how much more often than by chance they do (positive pointwise mutual
information), compared as vectors. An editor confirms or refuses what is proposed; nothing takes effect by itself.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import log, sqrt

from archive.text.kept_words import learn_kept_words
from archive.text.normalize import spellings, words
from archive.text.stop_words import is_stop_word
from archive.text.tokenize import KEPT_WORDS, stem, without_prefix

MIN_COUNT = 20
"""So often each of the two must occur."""

MIN_WITH_ARTICLE = 3
"""So often each must stand behind the article, as nouns do and verbs do not."""

MIN_LIKENESS = 0.08
NEIGHBOURS = 4
"""So many words before and after are a word's company."""

MIN_SHARED = 5
"""So many companions two words must share: a phrase which both happen to be in says nothing."""

PATTERNS = [
    # Digits are letters of the root.
    ("123", ("ا12ا3", "12و3", "12ا3", "ا123")),
    ("123ه", ("12ا3", "12و3")),
    ("12ا3", ("ا123ه", "123")),
    ("12ي3", ("123اء", "ا123اء", "12ا3", "123", "ا123ه", "123ان")),
    ("12ي3ه", ("12اء3", "123")),
    ("12ا3ه", ("12اء3",)),
    ("12و3", ("123",)),
    ("1ا23", ("12ا3", "123ه", "1وا23", "123اء")),
    ("1ا23ه", ("1وا23",)),
    ("1ا2و3", ("1وا2ي3",)),
    ("م123", ("م1ا23",)),
    ("م123ه", ("م1ا23",)),
    ("م12و3", ("م1ا2ي3",)),
    ("م12ا3", ("م1ا2ي3",)),
    ("1234", ("12ا34",)),
    ("1234ه", ("12ا34",)),
    ("123و4", ("12ا3ي4",)),
    ("123ا4", ("12ا3ي4",)),
    ("123ي4", ("12ا3ي4",)),
]
"""Singulars with the plurals they may have, after folding."""

ROOT_LETTERS = frozenset("ءبتثجحخدذرزسشصضطظعغفقكلمنهوي")
FIRST_HAMZA = "ا"
"""A hamza at the beginning (أمير), after folding."""


@dataclass(frozen=True)
class Proposal:
    """Two words as the archive mostly writes them, and how alike their company is, up to 1."""

    texts: tuple[str, str]
    likeness: float


@dataclass(frozen=True)
class Vocabulary:
    """How often the words of some texts are SPELT so; their COUNTS without prefix, folded; how these are WRITTEN."""

    spelt: Counter[str]
    counts: Counter[str]
    written: dict[str, str]

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Vocabulary":
        spelt: Counter[str] = Counter()
        for text in texts:
            spelt.update(spellings(text).split())
        counts: Counter[str] = Counter()
        written: dict[str, str] = {}
        for spelling, count in spelt.most_common():
            bare = without_prefix(words(spelling))
            counts[bare] += count
            # The commonest comes first; what is left of it without its prefix is as long as the folded word.
            written.setdefault(bare, spelling[-len(bare) :])
        return cls(spelt, counts, written)

    @property
    def nouns(self) -> set[str]:
        """The words without prefix that occur often, and behind the article too."""
        behind_article: Counter[str] = Counter()
        for spelling, count in self.spelt.items():
            if spelling.startswith("ال"):
                behind_article[without_prefix(words(spelling))] += count
        return {
            word
            for word, count in behind_article.items()
            if count >= MIN_WITH_ARTICLE and self.counts[word] >= MIN_COUNT
        }

    def kept_words(self) -> set[str]:
        """The words that keep a letter which looks like a prefix, and are not known to."""
        folded: Counter[str] = Counter()
        for spelling, count in self.spelt.items():
            folded[words(spelling)] += count
        return learn_kept_words(folded, minimum=MIN_COUNT) - KEPT_WORDS


def propose_plurals(
    vocabulary: Vocabulary, texts: Iterable[str], known: Callable[[str, str], bool] = lambda _one, _other: False
) -> list[Proposal]:
    """Return pairs of the words in TEXTS that look like one noun's singular and plural, likeliest first.

    VOCABULARY is that of TEXTS. Pairs that are KNOWN, as they are written, are left out; so are less likely singulars
    of the same plural.
    """
    pairs = [
        (singular, plural)
        for singular, plural in plural_pairs(vocabulary.nouns)
        if stem(singular) != stem(plural) and not known(vocabulary.written[singular], vocabulary.written[plural])
    ]
    company = _company(texts, {word for pair in pairs for word in pair})
    best: dict[str, tuple[float, str]] = {}
    for singular, plural in pairs:
        likeness = _likeness(company[singular], company[plural])
        if likeness >= MIN_LIKENESS and likeness > best.get(plural, (0, ""))[0]:
            best[plural] = (likeness, singular)
    return sorted(
        (
            Proposal((vocabulary.written[singular], vocabulary.written[plural]), round(likeness, 3))
            for plural, (likeness, singular) in best.items()
            # Two that may be each other's plural are one pair.
            if best.get(singular) != (likeness, plural) or len(singular) < len(plural)
        ),
        key=lambda proposal: (-proposal.likeness, proposal.texts),
    )


def plural_pairs(words: set[str]) -> Iterator[tuple[str, str]]:
    """Yield the pairs of folded WORDS of which one may be the other's broken plural."""
    for word in words:
        for singular, plurals in PATTERNS:
            if (root := _root(word, singular)) is None:
                continue
            for plural in plurals:
                other = "".join(root.get(letter, letter) for letter in plural)
                if other in words and other != word:
                    yield word, other


def _root(word: str, pattern: str) -> dict[str, str] | None:
    """The letters of WORD that stand for the digits of PATTERN; None where it does not fit."""
    if len(word) != len(pattern):
        return None
    root = {}
    for letter, place in zip(word, pattern, strict=True):
        if place.isdigit():
            if letter not in ROOT_LETTERS and (letter, place) != (FIRST_HAMZA, "1"):
                return None
            root[place] = letter
        elif letter != place:
            return None
    return root


def _company(texts: Iterable[str], wanted: set[str]) -> dict[str, dict[str, float]]:
    """For each of the WANTED words the stems near it, weighed by how much they say about it."""
    pairs: dict[str, Counter[str]] = defaultdict(Counter)
    totals: Counter[str] = Counter()
    for text in texts:
        line = [_analysed(spelling) for spelling in spellings(text).split()]
        stems = [stem for _word, stem in line]
        totals.update(stem for stem in stems if stem)
        for place, (word, _stem) in enumerate(line):
            if word in wanted:
                near = stems[max(0, place - NEIGHBOURS) : place] + stems[place + 1 : place + 1 + NEIGHBOURS]
                pairs[word].update(stem for stem in near if stem and stem != stems[place])
    everything = sum(totals.values())
    return defaultdict(
        dict,
        {
            word: {
                stem: weight
                for stem, count in near.items()
                if count > 1 and (weight := log(count * everything / (near.total() * totals[stem]))) > 0
            }
            for word, near in pairs.items()
        },
    )


def _likeness(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """The cosine of the angle between two vectors."""
    shared = one.keys() & other.keys()
    if len(shared) < MIN_SHARED:
        return 0.0
    lengths = sqrt(sum(value * value for value in one.values()) * sum(value * value for value in other.values()))
    return sum(one[stem] * other[stem] for stem in shared) / lengths


@lru_cache(maxsize=200_000)
def _analysed(spelling: str) -> tuple[str, str] | tuple[None, None]:
    """A word without its prefix, and its stem; nothing for a common word."""
    if is_stop_word(spelling):
        return None, None
    bare = without_prefix(words(spelling))
    return bare, stem(bare)
