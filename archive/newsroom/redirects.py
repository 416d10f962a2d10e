"""Where an old address leads, when nothing here has it."""

from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.encoding import iri_to_uri

from archive.models import Article, Redirect
from archive.models.article import published_in_sql

MAX_PATH_CHARS = 2000

_SEEN = published_in_sql("article", "%(now)s")

# One question, because every page that is not there asks it. Of original addresses only those count that may be seen.
_FIND = f"""
WITH host AS (
    SELECT %(host)s AS name
    UNION SELECT substring(url FROM '^https?://([^/]+)') FROM archive_source WHERE url <> ''
), address AS (
    SELECT scheme || '://' || name || tail AS url
    FROM host, unnest(ARRAY['https', 'http']) AS scheme, unnest(%(tails)s::text[]) AS tail
), found AS (
    SELECT CASE WHEN old_path = %(whole)s THEN 0 ELSE 1 END AS rank, new_path, article_id
    FROM archive_redirect WHERE old_path IN (%(whole)s, %(path)s)
    UNION ALL
    SELECT 2, '', article.id FROM archive_article AS article JOIN address ON article.original_url = address.url
)
SELECT new_path, article_id, slug, {_SEEN} AS is_seen
FROM found LEFT JOIN archive_article AS article ON article.id = article_id
WHERE rank < 2 OR ({_SEEN})
ORDER BY rank, article_id LIMIT 1
"""  # noqa: S608 - of a constant.


def as_asked(address: str) -> str:
    """Return the path and query of ADDRESS, whole or not, as redirects keep them; raise ValueError for no address."""
    parts = urlsplit(address.strip())
    return unquote(f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/")


def target_of(path: str, query: str, host: str) -> str | None:
    """Return the address to which PATH with QUERY, asked of HOST, leads for good; None where none is known.

    Editors' redirects come first, with the query where one has it; then articles whose original address it is, on
    this host or on a source's own: an imported site's addresses go on leading to its articles.
    """
    asked = f"{path}?{query}" if query else path
    whole = unquote(asked)
    if len(whole) > MAX_PATH_CHARS or "\0" in whole:
        return None
    wanted = {
        "host": host,
        "whole": whole,
        "path": unquote(path),
        "tails": sorted({asked, whole, iri_to_uri(asked)}),
        "now": timezone.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_FIND, wanted)
        row = cursor.fetchone()
    if row is None:
        return None
    new_path, article_id, slug, is_seen = row
    if article_id is None:
        return iri_to_uri(new_path)
    return Article(pk=article_id, slug=slug).get_absolute_url() if is_seen else None


def leads_round(redirect: Redirect) -> bool:
    """Would readers who follow REDIRECT, which is not kept yet, be sent round in a circle, by itself or by others?"""
    others = Redirect.objects.exclude(pk=redirect.pk)
    asked, seen = _asked_here(redirect.new_path), set()
    while asked is not None and asked not in seen:
        seen.add(asked)
        path = asked.partition("?")[0]
        known = {one.old_path: one for one in others.filter(old_path__in=(asked, path))}
        # As it will be: one with the whole query comes before one without.
        known[redirect.old_path] = redirect
        following = known.get(asked) or known.get(path)
        if following is redirect:
            return True
        asked = _asked_here(following.new_path) if following else None
    return asked is not None


def _asked_here(address: str) -> str | None:
    """What of this site ADDRESS asks for; None for another site's, and for none."""
    here = urlsplit(settings.SITE_URL).netloc
    if not address or urlsplit(address).netloc not in ("", here):
        return None
    return as_asked(address)
