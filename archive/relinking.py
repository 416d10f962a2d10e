"""The archive's articles brought in line with names that were added, changed or taken back.

The search index leads to the articles whose text may hold a name; the linker says which of them do.
"""

from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from django.db.models import Q

from archive.entities.gazetteer import attached
from archive.entities.linking import link_mentions
from archive.models import Alias, ArticleSearch, Mention
from archive.search.compiler import lexeme
from archive.search.matching import TSQuery
from archive.text.tokenize import stem

LONG_TEXT_WORDS = 4_000
"""From so many words on, a tsvector may leave out places, so that a name's words are not looked for side by side."""


class Relinked(NamedTuple):
    """How many articles mention one of the entities now that did not, and how many no longer do."""

    gained: int
    lost: int


def linked_names(entity_ids: Collection[int]) -> set[str]:
    """Return the folded names by which the linker knows the entities."""
    names = Alias.objects.filter(entity__in=entity_ids, ambiguous=False).exclude(key="")
    return set(names.values_list("key", flat=True))


def articles_with_names(names: Collection[str], *, limit: int | None = None) -> list[int]:
    """Return the ids of the articles, LIMIT at most, that may hold one of the folded NAMES, however it is written."""
    if not names:
        return []
    side_by_side, anywhere = (" | ".join(_query(name, joint) for name in sorted(names)) for joint in ("<->", "&"))
    entries = ArticleSearch.objects.filter(
        Q(vector=TSQuery(side_by_side)) | Q(length__gte=LONG_TEXT_WORDS, vector=TSQuery(anywhere))
    )
    return list(entries.values_list("pk", flat=True)[:limit])


def articles_to_relink(entity_ids: Collection[int], *, limit: int | None = None) -> list[int]:
    """Return the ids of the articles, LIMIT at most, that may hold a name of the entities, or were linked by one."""
    linked = Mention.objects.filter(entity__in=entity_ids, method=Mention.Method.NAMES, confirmed=None)
    articles = [
        *articles_with_names(linked_names(entity_ids), limit=limit),
        *linked.order_by().values_list("article", flat=True).distinct()[:limit],
    ]
    return list(dict.fromkeys(articles))[:limit]


def relink(
    entity_ids: Collection[int], article_ids: Collection[int], *, tell: Callable[[int, int], None] | None = None
) -> Relinked:
    """Recompute the mentions of known names in the articles, as `link_mentions` does.

    TELL is called with how many articles are done, and of how many.
    """
    before = _articles_by_entity(entity_ids)
    link_mentions(sorted(article_ids), tell=tell, read_again=True)
    after = _articles_by_entity(entity_ids)
    return Relinked(gained=_article_count(after - before), lost=_article_count(before - after))


def _query(name: str, joint: str) -> str:
    """A tsquery of the words of NAME, the first of which may have particles before it."""
    first, *rest = name.split()
    begins = sorted({lexeme(stem(form)) for form in attached(first)})
    words = ["(" + "|".join(f"'{begin}'" for begin in begins) + ")", *(f"'{lexeme(stem(word))}'" for word in rest)]
    return f"({f' {joint} '.join(words)})"


def _articles_by_entity(entity_ids: Collection[int]) -> set[tuple[int, int]]:
    mentions = Mention.objects.filter(entity__in=entity_ids).exclude(confirmed=False)
    return set(mentions.order_by().values_list("entity", "article").distinct())


def _article_count(pairs: Iterable[tuple[int, int]]) -> int:
    return len({article_id for _entity_id, article_id in pairs})
