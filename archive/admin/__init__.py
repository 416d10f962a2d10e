"""The editors' rooms: Django's own admin, in Arabic, one module per concept."""

from archive.admin import (
    accounts,
    article,
    audit_log,
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
    taxonomy,
)

__all__ = [
    "accounts",
    "article",
    "audit_log",
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
    "taxonomy",
]
