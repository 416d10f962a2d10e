"""Addresses of pages whose state is in their parameters."""

from datetime import date

from archive.models import Entity


def as_parameter(value) -> str:
    """The value of a filter as it stands in an address: a day, an entity's id, the slug of a section or a source."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Entity):
        return str(value.pk)
    return getattr(value, "slug", str(value))


def language_of(typed: str) -> str:
    """The language that words of a reader's are marked with."""
    return "en" if typed.isascii() else "ar"
