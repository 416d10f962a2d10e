"""What stands around every page: the site's settings, its sections, banners and accounts.

It is read once and kept by the process, until its generation is another. So are the pieces of pages that are made of
nothing else (archive/templatetags/kept.py).
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.http import HttpRequest

from archive.caching.generations import Generations, Kind, generations_of
from archive.models import Banner, Section, SiteSettings, SocialAccount
from archive.models.nested import models_of

MAX_PIECES = 1000
"""Of some kilobytes each: a reader's settings make some hundred variants of a piece, but few readers choose any."""

CHROME = """
SELECT (SELECT json_agg(site) FROM archive_sitesettings AS site),
    (SELECT json_agg(section ORDER BY position, name) FROM archive_section AS section),
    (SELECT json_agg(banner ORDER BY priority DESC, id DESC) FROM archive_banner AS banner WHERE enabled),
    (SELECT json_agg(account ORDER BY position, id) FROM archive_socialaccount AS account)
"""


@dataclass(frozen=True)
class Chrome:
    """BANNERS are those that are not switched off, of all times, the most urgent first; PIECES are of pages."""

    site: SiteSettings = field(default_factory=SiteSettings)
    sections: list[Section] = field(default_factory=list)
    banners: list[Banner] = field(default_factory=list)
    accounts: list[SocialAccount] = field(default_factory=list)
    pieces: dict[Hashable, str] = field(default_factory=dict)

    def banner(self, at: datetime) -> Banner | None:
        """The most urgent banner of the time AT."""
        return next((banner for banner in self.banners if banner.is_active(at)), None)

    def next_change(self, at: datetime) -> datetime | None:
        """When, after the time AT, a banner next comes or goes by itself."""
        times = (time for banner in self.banners for time in (banner.starts_at, banner.ends_at))
        return min((time for time in times if time and time > at), default=None)

    def piece(self, key: Hashable, make: Callable[[], str]) -> str:
        """The piece of pages that has KEY, which MAKE makes of this and of what KEY tells; made once."""
        piece = self.pieces.get(key)
        if piece is None:
            piece = make()
            if len(self.pieces) >= MAX_PIECES:
                self.pieces.clear()
            self.pieces[key] = piece
        return piece


_kept: tuple[tuple, Chrome] | None = None


def chrome(generations: Generations) -> Chrome:
    """Return what stands around pages of these GENERATIONS, in one query or none."""
    global _kept
    number = generations.of((Kind.CHROME,))
    kept = _kept
    if kept is None or kept[0] != number:
        _kept = kept = (number, _read())
    return kept[1]


def chrome_of(request: HttpRequest) -> Chrome:
    """Return what stands around the page that answers REQUEST."""
    return chrome(generations_of(request))


def _read() -> Chrome:
    with connection.cursor() as cursor:
        cursor.execute(CHROME)
        sites, sections, banners, accounts = (rows or [] for rows in cursor.fetchone())
    site = next(iter(models_of(SiteSettings, sites)), None) or SiteSettings()
    return Chrome(site, models_of(Section, sections), models_of(Banner, banners), models_of(SocialAccount, accounts))
