"""Rows read beside another in one query, as JSON, and made models again."""

from collections.abc import Iterable
from typing import TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Model, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import JSONObject

Row = TypeVar("Row", bound=Model)


def nested(rows: QuerySet, **more: Combinable) -> ArraySubquery:
    """Return ROWS, which refer to the outer row, as an expression: an array of objects, in the order of ROWS.

    They hold the fields of their model, and MORE.
    """
    names = [field.attname for field in rows.model._meta.concrete_fields]
    return ArraySubquery(rows.values(json=JSONObject(**{name: F(name) for name in names}, **more)))


def models_of(model: type[Row], rows: Iterable[dict]) -> list[Row]:
    """Return ROWS, objects by the names of fields, as MODEL; a field that they lack is read when it is asked for."""
    # What a generated column holds, its own field does not read.
    fields = {field.attname: getattr(field, "output_field", field) for field in model._meta.concrete_fields}
    made = []
    for row in rows:
        known = [name for name in fields if name in row]
        made.append(model.from_db("default", known, [fields[name].to_python(row[name]) for name in known]))
    return made
