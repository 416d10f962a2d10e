"""Searches that subscribers keep: each is there once, however many keep it, in the form it is matched in."""

import hashlib
import json
import logging
import math
import time
from datetime import date, timedelta

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Exists, Model, OuterRef, Q
from django.utils import timezone

from archive.models import Entity, EntityMerge, SavedSearch, Section, Source, Subscription
from archive.search.filters import SearchFilters
from archive.search.standing import StandingQuery, answering, entry_anchors, standing_query

logger = logging.getLogger(__name__)

BATCH = 500
MERGE_DAYS = 2
COMPILED = ["anchors", "tsquery", "keys", "is_exact", "compiled_at"]
_THINGS = {"section": Section, "source": Source, "entity": Entity, "other_entity": Entity}
_DAYS = ("date_from", "date_to")

_CANDIDATES = """
SELECT search.id, search.is_exact
FROM archive_savedsearch AS search
WHERE search.anchors && %s::text[]
    AND EXISTS (
        SELECT FROM archive_subscription AS kept WHERE kept.search_id = search.id AND kept.state = 'active')
    AND (NOT search.is_exact OR EXISTS (
        SELECT FROM archive_articlesearch AS entry
        WHERE entry.article_id = %s AND entry.keys @> search.keys
            AND (search.tsquery IS NULL OR entry.vector @@ search.tsquery)))
"""


def save_search(text: str, filters: SearchFilters, query: str) -> SavedSearch | None:
    """Return the saved search for TEXT under FILTERS, of the query string QUERY; None if it asks for nothing."""
    written = write_filters(filters)
    digest = hashlib.sha256(json.dumps([text, written], sort_keys=True).encode()).hexdigest()
    if known := SavedSearch.objects.filter(digest=digest).first():
        return known
    compiled = standing_query(text, filters)
    if compiled is None:
        return None
    values = {"query": query, "text": text, "filters": written, **_columns(compiled)}
    return SavedSearch.objects.get_or_create(digest=digest, defaults=values)[0]


def matching_searches(article_id: int) -> list[int]:
    """Return the numbers of the saved searches that the article answers, of those that somebody is told of."""
    _follow_merges()
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, [entry_anchors(article_id), article_id])
        rows = cursor.fetchall()
    doubtful = [number for number, is_exact in rows if not is_exact]
    found = {number for number, is_exact in rows if is_exact}
    if doubtful:
        searches = SavedSearch.objects.filter(pk__in=doubtful)
        asked = [(one.pk, one.text, filters) for one in searches if (filters := read_filters(one)) is not None]
        found |= answering(article_id, asked)
    return sorted(found)


def recompile(after: int = 0, *, max_seconds: float = math.inf) -> int | None:
    """Compile the saved searches AFTER this number anew, for the names and words that mean the same now.

    After MAX_SECONDS return the number to go on after; None where all are done. One that breaks stays as it is.
    """
    ends_at = time.monotonic() + max_seconds
    while batch := list(SavedSearch.objects.filter(pk__gt=after).order_by("pk")[:BATCH]):
        SavedSearch.objects.bulk_update([search for search in batch if _is_compiled(search)], COMPILED)
        after = batch[-1].pk
        if time.monotonic() > ends_at:
            return after
    return None


def forget_unused() -> None:
    """Let go of searches that nobody keeps."""
    kept = Subscription.objects.filter(search=OuterRef("pk"))
    # Whoever asks for one at this moment is about to keep it.
    old = SavedSearch.objects.filter(compiled_at__lt=timezone.now() - timedelta(hours=1))
    old.exclude(Exists(kept)).delete()


def write_filters(filters: SearchFilters) -> dict:
    """FILTERS as JSON, of which `read_filters` makes them again."""
    written = {name: thing.pk for name in _THINGS if (thing := getattr(filters, name))}
    written |= {name: day.isoformat() for name in _DAYS if (day := getattr(filters, name))}
    return written | ({"names_as_written": True} if filters.names_as_written else {})


def read_filters(search: SavedSearch) -> SearchFilters | None:
    """The filters of SEARCH; None where something they name is no more, so that nothing is found.

    What they name may have been merged into another, and may be parted from it again.
    """
    values: dict = {}
    for name, value in search.filters.items():
        if name in _THINGS:
            values[name] = _thing(_THINGS[name], value)
            if values[name] is None:
                return None
        else:
            values[name] = date.fromisoformat(value) if name in _DAYS else value
    return SearchFilters(**values)


def _thing(model: type[Model], number: int) -> Model | None:
    """The row of MODEL with this NUMBER; of an entity that was merged, the one that it is now."""
    found = model.objects.filter(pk=number).first()
    if found is None and model is Entity:
        merged = EntityMerge.objects.filter(former_id=number, undone_at=None).select_related("kept").first()
        found = merged and merged.kept
    return found


def _follow_merges() -> None:
    """Compile anew the searches for an entity that was merged, or parted again, since; the night does all others."""
    since = timezone.now() - timedelta(days=MERGE_DAYS)
    for merged in EntityMerge.objects.filter(Q(made_at__gt=since) | Q(undone_at__gt=since)):
        of_entity = Q(filters__entity=merged.former_id) | Q(filters__other_entity=merged.former_id)
        changed = max(filter(None, (merged.made_at, merged.undone_at)))
        for search in SavedSearch.objects.filter(of_entity, compiled_at__lt=changed):
            _compile(search)
            search.save(update_fields=COMPILED)


def _columns(compiled: StandingQuery) -> dict:
    return {
        "anchors": list(compiled.anchors),
        "tsquery": compiled.tsquery,
        "keys": list(compiled.keys),
        "is_exact": compiled.is_exact,
    }


def _is_compiled(search: SavedSearch) -> bool:
    try:
        with transaction.atomic():
            _compile(search)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("Saved search %s cannot be compiled", search.pk)
        return False
    return True


def _compile(search: SavedSearch) -> None:
    """Compile SEARCH; one whose section or name is gone has no anchor, and finds nothing."""
    filters = read_filters(search)
    compiled = standing_query(search.text, filters) if filters is not None else None
    for name, value in _columns(compiled or StandingQuery((), None, (), True)).items():
        setattr(search, name, value)
    search.compiled_at = timezone.now()
