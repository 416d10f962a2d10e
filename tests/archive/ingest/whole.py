"""A digest of everything an import leaves in the archive, but the numbers of rows and the moments they were made."""

import hashlib
import json

from django.apps import apps
from django.db import models

KEPT_MOMENTS = {"published_at", "listed_at"}
LEFT_OUT = {
    ("ImportRun", "memory"),
    ("ImportRun", "fingerprint"),
    # Numbers of sections, sources and authors.
    ("ArticleSearch", "keys"),
}
# Made from the whole archive, when somebody asks for it.
NOT_OF_IMPORTS = {"SearchWord", "SearchTerm", "SearchStatistics", "UnlearnedArticle", "UnannotatedArticle"}
NOT_OF_IMPORTS |= {"PageGeneration", "StalePages", "NameChange", "StaffSession", "AuditEntry", "AuditSeal"}


def digests() -> dict[str, str]:
    """A digest of each table, by its model's name."""
    ranks = {
        model: {pk: rank for rank, pk in enumerate(model._base_manager.order_by("pk").values_list("pk", flat=True))}
        for model in _models()
    }
    return {model.__name__: _digest(model, ranks) for model in _models()}


def _models():
    return [
        model
        for model in apps.get_app_config("archive").get_models(include_auto_created=True)
        if model.__name__ not in NOT_OF_IMPORTS
    ]


def _digest(model, ranks) -> str:
    found = hashlib.sha256()
    for row in model._base_manager.order_by("pk"):
        found.update(json.dumps(_values(row, ranks), ensure_ascii=False, sort_keys=True, default=str).encode())
    return found.hexdigest()


def _values(row, ranks) -> dict:
    values = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        is_moment = isinstance(field, models.DateTimeField) and field.name not in KEPT_MOMENTS
        if is_moment or (type(row).__name__, field.name) in LEFT_OUT:
            continue
        # Rows of history know the number of what they are of twice.
        if field.name == "id" or (field.name.startswith("pgh_") and field.name not in ("pgh_obj", "pgh_label")):
            continue
        if field.remote_field and field.related_model in ranks:
            value = ranks[field.related_model].get(value)
        values[field.name] = _without_numbers(value)
    return values


def _without_numbers(value):
    """What JSON fields tell, but the numbers of articles, sections and authors in it."""
    if isinstance(value, dict):
        return {
            key: _without_numbers(inner)
            for key, inner in value.items()
            if key not in ("article", "section", "authors")
        }
    if isinstance(value, list):
        return [_without_numbers(inner) for inner in value]
    return bytes(value).hex() if isinstance(value, memoryview | bytes) else value
