"""The editors' rooms: Django's own admin, in Arabic, one module per concept."""

from archive.admin import accounts, article, entity, site, taxonomy

__all__ = ["accounts", "article", "entity", "site", "taxonomy"]
