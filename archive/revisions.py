"""What readers saw of an article before it was changed: its date, source, section and address, its texts, its authors
and what is said of its pictures, from the history that the database keeps.

Only what happened under their eyes is told: a draft's work is nobody's, and an article that went out of sight begins
anew when it comes back, so that what editors withdrew stays withdrawn.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain, islice
from typing import NamedTuple

from archive.attached import attached_of, compared_for_readers
from archive.models import Article
from archive.text.differences import ChangedParagraph, changed_paragraphs
from archive.text.html import plain_text

TEXTS = ("kicker", "title", "summary", "place", "body")
"""What readers read of an article, in the order of its page."""

FACTS = {
    "published_at": ("published_at", "date_precision"),
    "source": ("source_id",),
    "section": ("section_id",),
    "original_url": ("original_url",),
}
"""What identifies an article to its readers, in the order in which it is told: fields, and the columns of each."""

STATE = ("status", "published_at")
COLUMNS = {*TEXTS, *STATE, *chain.from_iterable(FACTS.values())}
MAX_REVISIONS = 20
MAX_EVENTS = 100
"""How far back the history is read, so that an article changed a thousand times costs no more than another."""


class ChangedFact(NamedTuple):
    """One of FACTS: the values of its columns BEFORE and AFTER."""

    field: str
    before: tuple
    after: tuple


class ChangedText(NamedTuple):
    """One of TEXTS, or of what goes with the article, in those of its paragraphs that changed."""

    field: str
    paragraphs: list[ChangedParagraph]

    @property
    def words(self) -> str:
        """All that went, came and stayed."""
        return " ".join(piece.text for paragraph in self.paragraphs for piece in paragraph.pieces)


class Revision(NamedTuple):
    """A change of an article that its readers could see: when, and of which facts and texts.

    IS_BLIND where it is not known whether authors and pictures changed too.
    """

    at: datetime
    facts: list[ChangedFact]
    texts: list[ChangedText]
    is_blind: bool


def revisions(article: Article) -> list[Revision]:
    """Return the last changes of ARTICLE since it last came into sight, the latest first.

    In one query where it came `with_attached`.
    """
    return list(islice(_revisions(article), MAX_REVISIONS))


def date_revision(article: Article) -> None:
    """Let ARTICLE be revised by the change that was made just now, where readers saw its authors or pictures change.

    What changed in its facts and texts is seen by the database itself (`article_revised_v2`): those are in its row.
    """
    last = article.events.filter(pgh_label="update").order_by("-pgh_id")
    before = last.values("pgh_created_at", "attached", *STATE).first()
    if before is None or before["attached"] is None:
        return
    at = before["pgh_created_at"]
    seen = was_seen(before, at) and Article.is_seen(article.status, article.published_at, at=at)
    if seen and any(part.changes for part in compared_for_readers(before["attached"], attached_of(article))):
        Article.objects.filter(pk=article.pk).update(revised_at=at)


def was_seen(row: Mapping, at: datetime) -> bool:
    """Whether readers saw an article whose `status` and `published_at` were those of ROW, at the time AT."""
    return Article.is_seen(row["status"], row["published_at"], at=at)


def _revisions(article: Article) -> Iterator[Revision]:
    events = article.events.filter(pgh_label="update").order_by("-pgh_id")
    newer = {name: getattr(article, name) for name in COLUMNS} | {"attached": attached_of(article)}
    # Each event is the row as it was before a change: with what follows it, it tells the change.
    for older in events.values("pgh_created_at", "attached", *COLUMNS)[:MAX_EVENTS]:
        at = older["pgh_created_at"]
        if not (was_seen(older, at) and was_seen(newer, at)):
            return
        facts, texts = list(_changed_facts(older, newer)), list(_changed_texts(older, newer))
        if facts or texts:
            yield Revision(at, facts, texts, older["attached"] is None)
        newer = older


def _changed_facts(older: Mapping, newer: Mapping) -> Iterator[ChangedFact]:
    for field, columns in FACTS.items():
        before, after = (tuple(_to_the_minute(row[name]) for name in columns) for row in (older, newer))
        if before != after:
            yield ChangedFact(field, before, after)


def _to_the_minute(value: object) -> object:
    """VALUE; a time without its seconds, which are told nowhere."""
    return value.replace(second=0, microsecond=0) if isinstance(value, datetime) else value


def _changed_texts(older: Mapping, newer: Mapping) -> Iterator[ChangedText]:
    for field in TEXTS:
        before, after = older[field], newer[field]
        if before == after:
            continue
        if field == "body":
            before, after = plain_text(before), plain_text(after)
        if paragraphs := changed_paragraphs(before, after):
            yield ChangedText(field, paragraphs)
    attached = older["attached"], newer["attached"]
    for part in compared_for_readers(*attached) if None not in attached else ():
        if lines := part.changes:
            yield ChangedText(part.name, [ChangedParagraph(line, 0) for line in lines])
