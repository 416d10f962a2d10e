"""A synthetic archive of any size: articles of Arabic words as frequent as in real texts, the same in every run.

Article number N is made from N alone, so that a larger archive begins with the smaller one, and several processes can
make one together. Words keep company: an article has a topic, and a topic its own words and set phrases, so that
phrases and queries of several words have answers. Entities, topics and sections are skewed as in a newspaper.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random

VERSION = 1
"""Of the articles: an archive made by another version is not the same archive."""

SECTIONS = 12
SOURCES = 6
ENTITIES = 20_000
TOPICS = 600
TOPIC_WORDS = 200
TOPIC_PHRASES = 40
TOPIC_ENTITIES = 30
FIRST_DAY = datetime(2010, 1, 1, tzinfo=UTC)
DAYS = 15 * 365

COMMONEST = 250
"""So many of the commonest words belong to no topic and no name."""

BODY_WORDS = 185
"""The median; summary, phrases and names make it about 250 words an article."""

WORDS_A_PARAGRAPH = 50
PLAIN_WORD = re.compile("[ء-غف-ي]{2,}")


@dataclass(frozen=True)
class Topic:
    words: list[str]
    phrases: list[str]
    entities: list[int]


@dataclass(frozen=True)
class SyntheticArticle:
    """Article NUMBER, from 0; SECTION, SOURCE and ENTITIES count from 0 too, and PARAGRAPHS hold plain text."""

    number: int
    title: str
    summary: str
    paragraphs: tuple[str, ...]
    section: int
    source: int
    published_at: datetime
    entities: tuple[int, ...]

    @property
    def body(self) -> str:
        return "".join(f"<p>{paragraph}</p>" for paragraph in self.paragraphs)

    @property
    def words(self) -> list[str]:
        return " ".join((self.title, self.summary, *self.paragraphs)).split()


def arabic_frequencies() -> dict[str, float]:
    """Every word's share of all, by wordfreq's large list of Arabic."""
    import wordfreq

    return wordfreq.get_frequency_dict("ar")


class SyntheticArchive:
    """Makes articles by their number, of words as frequent as FREQUENCIES says, about so many ENTITIES."""

    def __init__(self, frequencies: Mapping[str, float], *, entities: int = ENTITIES) -> None:
        ranked = sorted(
            ((word, share) for word, share in frequencies.items() if PLAIN_WORD.fullmatch(word)),
            key=lambda pair: (-pair[1], pair[0]),
        )
        self._words = [word for word, _share in ranked]
        self._shares = list(accumulate(share for _word, share in ranked))
        telling = self._words[min(COMMONEST, len(self._words) // 10) :]
        rng = Random(VERSION)
        self.names = [f"{_early(rng, telling)} {_early(rng, telling)}" for _number in range(entities)]
        self._topics = [_topic(rng, telling, entities) for _number in range(TOPICS)]
        self._topic_weights = _zipf(TOPICS, flattened_by=10)
        self._word_weights = _zipf(len(self._topics[0].words), flattened_by=5)
        self._entity_weights = _zipf(entities, flattened_by=20)
        self._section_weights = _zipf(SECTIONS, flattened_by=2)
        self._source_weights = _zipf(SOURCES, flattened_by=1)

    def article(self, number: int) -> SyntheticArticle:
        rng = Random(number)
        topic = _one(rng, self._topics, self._topic_weights)
        entities = tuple(
            dict.fromkeys(
                [
                    *rng.choices(topic.entities, k=rng.randint(1, 4)),
                    *rng.choices(range(len(self.names)), cum_weights=self._entity_weights, k=rng.randint(1, 4)),
                ]
            )
        )
        names = [self.names[entity] for entity in entities]
        title = [rng.choice(topic.phrases), names[0], *self._about(rng, topic, 2), *self._any(rng, 2)]
        rng.shuffle(title)
        summary = [rng.choice(topic.phrases), *self._about(rng, topic, 6), *self._any(rng, 12)]
        rng.shuffle(summary)
        length = min(1500, int(BODY_WORDS * rng.lognormvariate(0, 0.35)))
        body = [
            *self._any(rng, length * 3 // 4),
            *self._about(rng, topic, length // 4),
            *rng.choices(topic.phrases, k=6),
            *names,
        ]
        rng.shuffle(body)
        return SyntheticArticle(
            number=number,
            title=" ".join(title),
            summary=" ".join(summary),
            paragraphs=tuple(
                " ".join(body[start : start + WORDS_A_PARAGRAPH]) for start in range(0, len(body), WORDS_A_PARAGRAPH)
            ),
            section=_one(rng, range(SECTIONS), self._section_weights),
            source=_one(rng, range(SOURCES), self._source_weights),
            # An archive has more of its later years.
            published_at=FIRST_DAY + timedelta(days=DAYS * rng.random() ** 0.8),
            entities=entities,
        )

    def _any(self, rng: Random, count: int) -> list[str]:
        return rng.choices(self._words, cum_weights=self._shares, k=count)

    def _about(self, rng: Random, topic: Topic, count: int) -> list[str]:
        return rng.choices(topic.words, cum_weights=self._word_weights, k=count)


def _topic(rng: Random, telling: list[str], entities: int) -> Topic:
    words = list(dict.fromkeys(_early(rng, telling) for _number in range(TOPIC_WORDS)))
    words += words[: TOPIC_WORDS - len(words)]
    phrases = [" ".join(rng.sample(words[:100], rng.choice((2, 2, 3)))) for _number in range(TOPIC_PHRASES)]
    return Topic(words, phrases, [int(entities * rng.random() ** 2) for _number in range(TOPIC_ENTITIES)])


def _zipf(count: int, *, flattened_by: float) -> list[float]:
    """Cumulative weights: the share of each falls as 1 / (its place + FLATTENED_BY)."""
    return list(accumulate(1 / (place + flattened_by) for place in range(count)))


def _one(rng: Random, things: Iterable, cumulative_weights: list[float]):
    return rng.choices(things, cum_weights=cumulative_weights)[0]


def _early(rng: Random, words: list[str]) -> str:
    """A word of WORDS, which begin with the commonest: rather one of the earlier."""
    return words[int(len(words) * rng.random() ** 4)]
