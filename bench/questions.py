"""What readers ask of a synthetic archive, by class: words by how many articles have them, in every run the same."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import partial
from itertools import islice, pairwise
from random import Random

from archive.text.stop_words import is_stop_word
from archive.text.tokenize import stems
from bench.synthetic import SyntheticArchive, SyntheticArticle

SAMPLE_ARTICLES = 10_000
"""In so many of the first articles words are counted: larger archives are asked the same."""

DEEP_PAGE = 50
ONE_PERCENT = (0.005, 0.015)
COMMON = (0.1, 0.3)
TELLING = (0.0005, 0.1)
FREQUENT = (0.05, 0.3)


class Operator(StrEnum):
    ALL = "all"  # then those with some
    ANY = "any"
    PHRASE = "phrase"


@dataclass(frozen=True)
class Question:
    """WORDS joined by OPERATOR, narrowed by a SECTION or ENTITY (numbers of the synthetic archive) or a YEAR."""

    words: tuple[str, ...] = ()
    operator: Operator = Operator.ALL
    section: int | None = None
    entity: int | None = None
    year: int | None = None
    newest: bool = False
    page: int = 1

    @property
    def text(self) -> str:
        """As a reader types it."""
        match self.operator:
            case Operator.ANY:
                return " OR ".join(self.words)
            case Operator.PHRASE:
                return f'"{" ".join(self.words)}"'
        return " ".join(self.words)

    @property
    def days(self) -> tuple[date, date] | None:
        return (date(self.year, 1, 1), date(self.year, 12, 31)) if self.year else None


class Sample:
    """The first articles of ARCHIVE, and in which share of them each word stands, in any of its forms."""

    def __init__(self, archive: SyntheticArchive, count: int) -> None:
        self.articles = [archive.article(number) for number in range(count)]
        counts: Counter[str] = Counter()
        self._stems: dict[str, str] = {}
        for article in self.articles:
            words = set(article.words)
            self._stems |= {word: stems(word)[0] for word in words if word not in self._stems}
            counts.update({self._stems[word] for word in words})
        self._shares = {stem: count / len(self.articles) for stem, count in counts.items()}
        spellings: dict[str, str] = {}
        for word, stem in self._stems.items():
            if not is_stop_word(word):
                spellings.setdefault(stem, word)
        self._words = sorted(spellings.values())

    @property
    def rare(self) -> tuple[float, float]:
        """The share of words that are in one article of the sample."""
        return 0, 1 / len(self.articles)

    def share(self, word: str) -> float:
        return self._shares[self._stems[word]]

    def is_between(self, word: str, shares: tuple[float, float]) -> bool:
        return shares[0] < self.share(word) <= shares[1] and not is_stop_word(word)

    def words(self, shares: tuple[float, float], rng: Random) -> Iterator[str]:
        """Words in such a share of the articles, one for each stem, in random order."""
        found = [word for word in self._words if self.is_between(word, shares)]
        rng.shuffle(found)
        return iter(found)

    def shuffled(self, rng: Random) -> Iterator[SyntheticArticle]:
        return iter(rng.sample(self.articles, len(self.articles)))


def questions(sample: Sample, count: int) -> dict[str, list[Question]]:
    """COUNT questions of each class, or as many as SAMPLE has."""
    makers: dict[str, Callable[[Random], Iterator[Question]]] = {
        "rare": partial(_single, sample, sample.rare),
        "1%": partial(_single, sample, ONE_PERCENT),
        "10-30%": partial(_single, sample, COMMON),
        "two words": partial(_several, sample, TELLING, 2),
        "two common words": partial(_several, sample, COMMON, 2),
        "three words": partial(_several, sample, TELLING, 3),
        "OR": partial(_either, sample),
        "phrase": partial(_phrases, sample, TELLING),
        "common phrase": partial(_phrases, sample, FREQUENT),
        "section": partial(_narrowed, sample, "section"),
        "year": partial(_narrowed, sample, "year"),
        "entity": partial(_narrowed, sample, "entity"),
        "newest": partial(_newest, sample),
        "page 50": partial(_deep, sample),
    }
    return {name: list(islice(make(Random(name)), count)) for name, make in makers.items()}


def completions(sample: Sample, names: list[str], count: int) -> list[str]:
    """COUNT beginnings of words and of names, of one to five letters."""
    rng = Random("completion")
    words = [*islice(sample.words(TELLING, rng), count // 2), *rng.sample(names, count - count // 2)]
    return [word[: rng.randint(1, 5)] for word in words]


def _single(sample: Sample, shares: tuple[float, float], rng: Random) -> Iterator[Question]:
    return (Question((word,)) for word in sample.words(shares, rng))


def _several(sample: Sample, shares: tuple[float, float], count: int, rng: Random) -> Iterator[Question]:
    """Words of one article, so that something has them all."""
    for article in sample.shuffled(rng):
        words = sorted({word for word in article.words if sample.is_between(word, shares)})
        if len(words) >= count:
            yield Question(tuple(rng.sample(words, count)))


def _either(sample: Sample, rng: Random) -> Iterator[Question]:
    words = sample.words(FREQUENT, rng)
    return (Question(pair, Operator.ANY) for pair in zip(words, words, strict=False))


def _phrases(sample: Sample, shares: tuple[float, float], rng: Random) -> Iterator[Question]:
    for article in sample.shuffled(rng):
        pairs = [
            pair
            for paragraph in article.paragraphs
            for pair in pairwise(paragraph.split())
            if all(sample.is_between(word, shares) for word in pair)
        ]
        if pairs:
            yield Question(rng.choice(pairs), Operator.PHRASE)


def _narrowed(sample: Sample, by: str, rng: Random) -> Iterator[Question]:
    """A word of an article, and something that the article is filed under."""
    for article in sample.shuffled(rng):
        words = sorted({word for word in article.words if sample.is_between(word, (TELLING[0], COMMON[1]))})
        if words:
            value = {
                "section": article.section,
                "year": article.published_at.year,
                "entity": rng.choice(article.entities),
            }[by]
            yield replace(Question((rng.choice(words),)), **{by: value})


def _newest(sample: Sample, rng: Random) -> Iterator[Question]:
    for words in zip(*(sample.words(shares, rng) for shares in (sample.rare, ONE_PERCENT, COMMON)), strict=False):
        yield from (Question((word,), newest=True) for word in words)


def _deep(sample: Sample, rng: Random) -> Iterator[Question]:
    return (Question((word,), page=DEEP_PAGE) for word in sample.words(COMMON, rng))


COMMON_WORDS = (
    *("اليوم", "العام", "الرئيس", "الأمن", "الدولة", "محمد", "العالم", "الحكومة"),
    *("القوات", "المدينة", "العمل", "الحرب", "الناس", "الوقت", "الشعب"),
)
LETTERS = "امتيوبكلنس"


def nasty() -> dict[str, str]:
    """Queries that ask much of an engine, by what is nasty about them; all within what the parser takes."""
    return {
        "many common words": " ".join(COMMON_WORDS),
        "many common words by OR": " OR ".join(COMMON_WORDS),
        "common words, common ones among them": "في من على إلى " + " ".join(COMMON_WORDS[:8]),
        "only stop words": "في من على إلى عن مع",
        "one letter as a beginning": "ا*",
        "ten letters as beginnings": " ".join(f"{letter}*" for letter in LETTERS),
        "ten letters as beginnings by OR": " OR ".join(f"{letter}*" for letter in LETTERS),
        "a long phrase": f'"{" ".join(COMMON_WORDS)}"',
        "a phrase of stop words": '"في من على"',
        "near, thirty words": f'"{COMMON_WORDS[0]} {COMMON_WORDS[1]} {COMMON_WORDS[2]}"~30',
        "near, with many words": f'"{" ".join(COMMON_WORDS)}"~30',
        "a common word without others": f"{COMMON_WORDS[0]} -{COMMON_WORDS[1]} -{COMMON_WORDS[2]} -{COMMON_WORDS[3]}",
        "without a common word only": f"-{COMMON_WORDS[0]}",
        "a rare word without beginnings": "سيارته " + " ".join(f"-{letter}*" for letter in LETTERS),
        "exact common words": " ".join(f"={word}" for word in COMMON_WORDS[:8]),
        "exact common words by OR": " OR ".join(f"={word}" for word in COMMON_WORDS[:8]),
        "an exact phrase of common words": f'="{COMMON_WORDS[0]} {COMMON_WORDS[1]}"',
        "exact common words near each other": f'="{" ".join(COMMON_WORDS[:4])}"~30',
        "groups of alternatives": " ".join(
            f"({left} OR {right})" for left, right in zip(COMMON_WORDS[::2], COMMON_WORDS[1::2], strict=False)
        ),
        "nested groups": "(" * 8 + COMMON_WORDS[0] + "".join(f" {word})" for word in COMMON_WORDS[1:9]),
        "title of common words": " ".join(f"عنوان:{word}" for word in COMMON_WORDS[:8]),
        "all of an era": "من:2010 إلى:2024",
        "a beginning within an era": "من:2012 إلى:2020 ال*",
    }
