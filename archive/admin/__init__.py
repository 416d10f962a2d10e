"""The editors' rooms: Django's own admin, in Arabic, one module per concept."""

from archive.admin import accounts, article, entity, import_runs, search, site, taxonomy

__all__ = ["accounts", "article", "entity", "import_runs", "search", "site", "taxonomy"]
