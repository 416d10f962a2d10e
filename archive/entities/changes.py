"""Changes that can be taken back: what a decision did to the database, as steps that JSON can hold.

A step is one of `["created", MODEL, [keys]]`, `["set", MODEL, {column: [before, after]}, [keys]]` and
`["deleted", MODEL, [rows]]`; MODEL is a label such as `archive.mention`, a row its columns with their values.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from django.apps import apps
from django.db import IntegrityError, models, transaction

from archive.models import Entity

Steps = list[list]


class Changes:
    """Changes rows, and keeps in `steps` what is needed to have them as they were."""

    def __init__(self):
        self.steps: Steps = []

    def create(self, rows: Iterable[models.Model]) -> None:
        """Insert ROWS, of one model, which then have their keys."""
        if rows := list(rows):
            model = type(rows[0])
            model._base_manager.bulk_create(rows)
            self.steps.append(["created", model._meta.label_lower, [row.pk for row in rows]])

    def set(self, rows: models.QuerySet, *, beside: Mapping[str, object] | None = None, **values: object) -> None:
        """Give ROWS the VALUES, by column: the key of what a relation refers to.

        They are taken back together, from the rows that still have all of them. What is written BESIDE them stays.
        """
        alike: dict[tuple, list] = {}
        for key, *before in rows.order_by().values_list("pk", *values):
            alike.setdefault(tuple(before), []).append(key)
        after = tuple(values.values())
        for before, keys in alike.items():
            if before != after:
                rows.model._base_manager.filter(pk__in=keys).update(**values, **(beside or {}))
                pairs = {column: [*map(_written, pair)] for column, *pair in zip(values, before, after, strict=True)}
                self.steps.append(["set", rows.model._meta.label_lower, pairs, keys])

    def delete(self, rows: models.QuerySet) -> None:
        found = list(rows)
        if found:
            self.steps.append(["deleted", rows.model._meta.label_lower, [_row(one) for one in found]])
            rows.model._base_manager.filter(pk__in=[one.pk for one in found]).delete()


def take_back(steps: Steps, *, moved: Mapping[int, int] | None = None) -> None:
    """Undo STEPS, the last first; what has been changed again since then, or cannot come back, is left as it is.

    MOVED are entities that what was set to one has gone to another with, by their keys.
    """
    for kind, label, *details in reversed(steps):
        model = apps.get_model(label)
        if kind == "created":
            model._base_manager.filter(pk__in=details[0]).delete()
        elif kind == "deleted":
            for row in details[0]:
                _bring_back(model, row, moved or {})
        else:
            _set_back(model, *details, moved=moved or {})


def _set_back(model: type[models.Model], pairs: Mapping[str, list], keys: list, *, moved: Mapping[int, int]) -> None:
    before = {column: _value(model, column, old, {}) for column, (old, _new) in pairs.items()}
    after = {column: _value(model, column, new, moved) for column, (_old, new) in pairs.items()}
    if all(_is_there(model, column, value) for column, value in before.items()):
        # Only from where it was put: what an editor or a later text has changed again stays changed.
        model._base_manager.filter(pk__in=keys, **after).update(**before)


def _bring_back(model: type[models.Model], row: Mapping[str, object], moved: Mapping[int, int]) -> None:
    values = {column: _value(model, column, value, moved) for column, value in row.items()}
    if not all(_is_there(model, column, value) for column, value in values.items()):
        return
    try:
        with transaction.atomic():
            model(**values).save_base(raw=True, force_insert=True)
    except IntegrityError:
        return


def _value(model: type[models.Model], column: str, written: object, moved: Mapping[int, int]) -> object:
    """What was WRITTEN of a column, as it is since entities MOVED."""
    field = _field(model, column)
    return field.to_python(moved.get(written, written) if field.related_model is Entity else written)


def _is_there(model: type[models.Model], column: str, value: object) -> bool:
    field = _field(model, column)
    return value is None or not field.is_relation or field.related_model._base_manager.filter(pk=value).exists()


def _row(row: models.Model) -> dict[str, object]:
    return {field.attname: _written(getattr(row, field.attname)) for field in _stored(type(row))}


def _stored(model: type[models.Model]) -> Iterator[models.Field]:
    return (field for field in model._meta.concrete_fields if not isinstance(field, models.GeneratedField))


def _field(model: type[models.Model], column: str) -> models.Field:
    return next(field for field in _stored(model) if field.attname == column)


def _written(value: object) -> object:
    return value.isoformat() if isinstance(value, date | datetime) else value
