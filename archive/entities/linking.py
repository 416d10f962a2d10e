"""Finding known names in article texts.

Names are compared folded and word by word, the longest first; the first word may carry Arabic's attached particles
(و ف ب ل ك, and لل for ل + ال), which stay outside the mention. A name marked ambiguous is never linked by itself, nor
is one that several entities share: it stays linked only where it was before another entity took it.
Recomputing is safe at any time: what an editor confirmed, refused or added is kept.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from re import Match
from typing import NamedTuple

from django.db import transaction

from archive.models import Alias, Article, Mention
from archive.models.bulk import copy_rows
from archive.text.normalize import fold, strip_marks, words
from archive.text.stop_words import is_stop_word
from archive.text.tokenize import REMEMBERED_CHARS, Token, runs, tokens_of

ARTICLES_PER_BATCH = 200
REMEMBERED_RUNS = 100_000

HOMOGRAPHS = frozenset({"بقطر"})
"""Folded words that no particle is taken from to find a name: «بقطر» tells a diameter more often than it is Qatar."""


class Found(NamedTuple):
    """A known name in a text: the entity's id and the character offsets."""

    entity_id: int
    start: int
    end: int


class Gazetteer:
    """The archive's unambiguous names, ready to be found in texts."""

    def __init__(self, names: Iterable[tuple[str, int]]):
        """NAMES are pairs of a folded name (words joined by spaces) and its entity's id."""
        self._entity_ids: dict[tuple[str, ...], set[int]] = {}
        self._longest: dict[str, int] = {}
        self._begins: dict[str, int] = {}
        for key, entity_id in names:
            name = tuple(key.split())
            if not name:
                continue
            self._entity_ids.setdefault(name, set()).add(entity_id)
            self._longest[name[0]] = max(self._longest.get(name[0], 0), len(name))

    @classmethod
    def load(cls) -> "Gazetteer":
        """Those of the database; a common word (في) is a name nowhere."""
        names = Alias.objects.filter(ambiguous=False).order_by("pk").values_list("name", "key", "entity_id")
        return cls((key, entity_id) for name, key, entity_id in names if not is_stop_word(name))

    def find(self, text: str, linked: Mapping[tuple[int, int], int] | None = None) -> Iterator[Found]:
        """Yield the names in TEXT in order, never overlapping.

        A name that two entities share is passed over, and so is a shorter one inside it: which is meant is not known,
        unless LINKED, the entities' ids by their offsets, says that it was linked to one of them before.
        """
        linked = linked or {}
        found = list(runs(text))
        end = 0
        behind = (0, 0)
        for number, run in enumerate(found):
            longest = self._begins.get(run[0])
            if longest is None:
                longest = self._begins_with(run[0])
            if not longest or number < behind[0]:
                continue
            places, tokens = _words_from(found, number, longest)
            for position, place in enumerate(places):
                if place[0] > number:
                    break
                if place < behind:
                    continue
                entity_ids, start, length = self._match(text, tokens, position)
                if not entity_ids:
                    continue
                last, order = places[position + length - 1]
                behind = (last, order + 1)
                match_end = tokens[position + length - 1].end
                # The words of a ligature all stand in the same place: the first name there is the one.
                if start >= end:
                    known = entity_ids if len(entity_ids) == 1 else entity_ids & {linked.get((start, match_end))}
                    for entity_id in known:
                        yield Found(entity_id, start, match_end)
                        end = match_end

    def _begins_with(self, run: str) -> int:
        """How many words the longest name has that a word of RUN may begin; most runs recur, and begin none."""
        read = (reading for word in words(run).split() for reading, _letters in readings(word))
        longest = max((self._longest.get(reading, 0) for reading in read), default=0)
        if len(run) <= REMEMBERED_CHARS:
            if len(self._begins) >= REMEMBERED_RUNS:
                self._begins.clear()
            self._begins[run] = longest
        return longest

    def _match(self, text: str, tokens: Sequence[Token], position: int) -> tuple[set[int], int, int]:
        """Those whose is the longest name that begins at the word POSITION, its start, and how many words it has."""
        first = tokens[position]
        for word, prefix_letters in readings(first.word):
            for length in range(self._longest.get(word, 0), 0, -1):
                name = (word, *(token.word for token in tokens[position + 1 : position + length]))
                if len(name) < length or name not in self._entity_ids:
                    continue
                if _unbroken(text, tokens[position : position + length]):
                    return self._entity_ids[name], after_letters(text, first, prefix_letters), length
        return set(), first.start, 1


def link_mentions(
    article_ids: Sequence[int],
    *,
    gazetteer: Gazetteer | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> int:
    """Recompute the mentions of known names in the articles ARTICLE_IDS; return how many stand now.

    Mentions that an editor made or decided about are kept; a name is not linked again where it was refused.
    When a text changes, their offsets follow their words, or are given up with them (`mention_places_v1`).
    TELL is called after each batch with how many articles are done, and of how many.
    """
    gazetteer = gazetteer or Gazetteer.load()
    total = 0
    for batch_start in range(0, len(article_ids), ARTICLES_PER_BATCH):
        batch = article_ids[batch_start : batch_start + ARTICLES_PER_BATCH]
        with transaction.atomic():
            total += _link_batch(batch, gazetteer)
        if tell:
            tell(batch_start + len(batch), len(article_ids))
    return total


def link_everywhere(*, tell: Callable[[int, int], None] | None = None) -> int:
    """Recompute the mentions of known names in the whole archive, as `link_mentions` does."""
    return link_mentions(list(Article.objects.order_by("pk").values_list("pk", flat=True)), tell=tell)


def link_new(articles: Iterable[tuple[int, str]], gazetteer: Gazetteer) -> None:
    """Link the known names in ARTICLES, ids and plain texts of what the caller's transaction is about to write.

    Mentions that stand before their article are in its search entry from the first: that is written once, not twice.
    """
    _write(
        (article_id, found.entity_id, found.start, found.end)
        for article_id, text in articles
        for found in gazetteer.find(text)
    )


def _link_batch(article_ids: Sequence[int], gazetteer: Gazetteer) -> int:
    found_before = Mention.objects.filter(article__in=article_ids, method=Mention.Method.NAMES, confirmed=None)
    linked: dict[int, dict[tuple[int, int], int]] = {}
    for article_id, entity_id, start, end in found_before.values_list("article_id", "entity_id", "start", "end"):
        linked.setdefault(article_id, {})[start, end] = entity_id
    found_before.delete()
    decided: dict[int, list[Mention]] = {}
    for mention in Mention.objects.filter(article__in=article_ids):
        decided.setdefault(mention.article_id, []).append(mention)
    mentions: list[tuple[int, int, int, int]] = []
    for article_id, text in Article.objects.filter(pk__in=article_ids).values_list("pk", "text"):
        kept = decided.get(article_id, [])
        refused = {mention.entity_id for mention in kept if mention.confirmed is False and mention.start is None}
        taken = [(mention.start, mention.end) for mention in kept if mention.start is not None]
        mentions.extend(
            (article_id, found.entity_id, found.start, found.end)
            for found in gazetteer.find(text, linked.get(article_id))
            if found.entity_id not in refused
            and not any(found.start < end and start < found.end for start, end in taken)
        )
    _write(mentions)
    return len(mentions)


def _write(mentions: Iterable[tuple[int, int, int, int]]) -> None:
    """Write MENTIONS: the ids of article and entity, and the offsets."""
    columns = ("article_id", "entity_id", "start", "end", "method")
    copy_rows(Mention, columns, ((*mention, Mention.Method.NAMES.value) for mention in mentions))


def _words_from(found: Sequence[Match], number: int, longest: int) -> tuple[list[tuple[int, int]], list[Token]]:
    """The words of the run NUMBER of those FOUND, and as many behind it as a name of LONGEST words needs.

    The first list tells of each in which run it stands, and as which of its words: a ligature has several.
    """
    places: list[tuple[int, int]] = []
    tokens: list[Token] = []
    wanted = 0
    for place in range(number, len(found)):
        own = tokens_of(found[place])
        places += [(place, order) for order in range(len(own))]
        tokens += own
        wanted = wanted or len(own) + longest - 1
        if len(tokens) >= wanted:
            break
    return places, tokens


def readings(word: str) -> Iterator[tuple[str, int]]:
    """Yield the folded WORD as it may be read, with how many letters of particles stand before it: itself first."""
    yield word, 0
    for conjunction in ("", "و", "ف"):
        if not word.startswith(conjunction) or len(word) <= len(conjunction) + 2:
            continue
        rest = word[len(conjunction) :]
        if conjunction:
            yield rest, len(conjunction)
        if rest.startswith("لل") and len(rest) > 4:
            yield f"ا{rest[0]}{rest[2:]}", len(conjunction) + 1
        if rest[0] in "بلك" and len(rest) > 3 and rest not in HOMOGRAPHS:
            yield rest[1:], len(conjunction) + 1


def attached(word: str) -> Iterator[str]:
    """Yield the folded WORD in every way it may stand in a text, with and without particles before it."""
    for conjunction in ("", "و", "ف"):
        yield conjunction + word
        yield from (conjunction + preposition + word for preposition in "بلك")
        if word.startswith("ال"):
            yield f"{conjunction}لل{word[2:]}"


def _unbroken(text: str, tokens: Sequence[Token]) -> bool:
    """Is there nothing but spaces and hyphens between the words of a name?"""
    return all(
        text[left.end : right.start].strip(" \u00a0-\u2010\u2011ـ\u200e\u200f") == ""
        for left, right in pairwise(tokens)
    )


def after_letters(text: str, token: Token, letters: int) -> int:
    """The offset in TEXT after the first LETTERS letters of TOKEN and the marks they carry.

    A ligature may write the particle and the name as one character, which then belongs to the name.
    """
    offset = token.start
    while offset < token.end and (letters > 0 or _is_mark(text[offset])):
        letters -= len(fold(text[offset]))
        offset += 1
    return offset if letters == 0 and offset < token.end else token.start


def _is_mark(character: str) -> bool:
    return strip_marks(character) == ""
