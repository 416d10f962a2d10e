"""The editors' rooms: Django's own admin, in Arabic, one module per concept."""

from archive.admin import (
    accounts,
    article,
    captures,
    entity,
    feeds,
    import_runs,
    quotation,
    review,
    search,
    set_aside,
    site,
    statistics,
    stories,
    subscription,
    taxonomy,
    whatsapp,
)

__all__ = [
    "accounts",
    "article",
    "captures",
    "entity",
    "feeds",
    "import_runs",
    "quotation",
    "review",
    "search",
    "set_aside",
    "site",
    "statistics",
    "stories",
    "subscription",
    "taxonomy",
    "whatsapp",
]
