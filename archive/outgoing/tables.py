"""Which tables hold the archive, and how a row of one is written as JSON and read again.

Every table of the app is content unless DERIVED names it, so that a new one is given back without a line here. What a
restored archive has to make again is in DERIVED, and in `archive.outgoing.restoring`.
"""

import base64
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from graphlib import TopologicalSorter
from typing import NamedTuple
from uuid import UUID

from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction

APP = "archive"
DERIVED = frozenset(
    {
        *("ArticleSearch", "SearchTerm", "SearchStatistics", "SearchWord", "SearchName", "UnlearnedArticle"),
        *("ArticleShingle", "NameModel", "NameWord", "EntityCount", "EntityNetwork", "HubAnnouncement"),
        *("PageGeneration", "StalePages", "ImageSizes", "ArticleRead", "MeasureTotal", "NameChange", "RateCount"),
        *("WhatsAppEvent", "WhatsAppMessage"),
        *("OpenArticle", "FruitlessSearch", "StaffSession", "AuditEntry", "AuditSeal"),
    }
)
"""Models of the app whose rows are made from the others; what readers read and looked for lately, and who has
what open now, which is no content; and what is one machine's own: who is logged in there, and what they did."""

PERSONAL = frozenset(
    {
        *("Subscriber", "Subscription", "Consent", "SavedSearch", "SearchMatch", "Delivery", "Announcement"),
        *("LatePlacing", "DeliveryChannel", "SubscriptionTally"),
    }
)
"""Models of who subscribes to what and was told of what: a whole archive is restored with them, a part has none."""

BESIDE = ("auth.User", "pghistory.Context", "admin.LogEntry")
"""Tables of other apps that the history refers to: who did what, and when."""

# Names, so that the history can tell who did what; neither passwords nor rights.
ONLY = {"auth.User": ("id", "username", "first_name", "last_name", "date_joined")}
BATCH_ROWS = 500


@dataclass(frozen=True)
class Table:
    """A table of the archive; KIND is what its lines are called, FIELDS what they hold, in order."""

    model: type[models.Model]
    kind: str
    fields: tuple[models.Field, ...]

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @property
    def binary_names(self) -> frozenset[str]:
        """The fields that hold bytes, which JSON has in base64."""
        return frozenset(field.attname for field in self.fields if isinstance(field, models.BinaryField))

    @property
    def primary_key(self) -> models.Field:
        return self.model._meta.pk

    def objects(self) -> models.QuerySet:
        return self.model._base_manager.order_by("pk")

    def rows(self, objects: models.QuerySet) -> Iterator[dict]:
        """Yield OBJECTS as what JSON can hold, a batch in memory at a time."""
        names = [field.attname for field in self.fields]
        # Captures are large, pictures larger, and a batch is in memory as a whole.
        batch = 5 if self.binary_names else BATCH_ROWS
        for values in objects.values_list(*names).iterator(chunk_size=batch):
            yield {
                name: _written(field, value) for name, field, value in zip(names, self.fields, values, strict=True)
            }

    def values(self, row: dict) -> list:
        """Return what the database takes for ROW; raises KeyError, ValueError or ValidationError for no row of it."""
        values = [
            _read(field, row[field.attname]) if field.attname in row else _absent(field) for field in self.fields
        ]
        return [
            *(field.get_db_prep_save(value, connection) for field, value in zip(self.fields, values, strict=True)),
            *self.defaults.values(),
        ]

    @property
    def columns(self) -> list[str]:
        return [field.column for field in self.fields] + list(self.defaults)

    @property
    def defaults(self) -> dict[str, object]:
        """Columns that no line holds, with what a restored row has in them."""
        if self.model._meta.label != "auth.User":
            return {}
        return {
            "password": make_password(None),
            "email": "",
            "is_superuser": False,
            "is_staff": False,
            "is_active": False,
        }


def _written(field: models.Field, value: object) -> object:
    if value is not None and field.related_model is ContentType:
        kind = ContentType.objects.get_for_id(value)
        return f"{kind.app_label}.{kind.model}"
    match value:
        case bytes() | memoryview():
            return base64.b64encode(value).decode()
        case datetime() | date():
            return value.isoformat()
        case UUID() | Decimal():
            return str(value)
    return value


def _absent(field: models.Field) -> object:
    """What FIELD has in a row that was exported before there was such a field; raises KeyError if it must be told."""
    if field.null:
        return None
    if field.has_default():
        return field.get_default()
    raise KeyError(field.attname)


def _read(field: models.Field, value: object) -> object:
    if value is None:
        return None
    if field.related_model is ContentType:
        return ContentType.objects.get_by_natural_key(*value.split(".")).pk
    if isinstance(field, models.BinaryField):
        # Bytes already, where they are so many that they were not read as text.
        return value if isinstance(value, bytes) else base64.b64decode(value, validate=True)
    return value if isinstance(field, models.JSONField) else field.to_python(value)


@cache
def content_tables() -> tuple[Table, ...]:
    """Every table of the archive that holds content, each after those it refers to."""
    found = [
        model
        for model in apps.get_app_config(APP).get_models(include_auto_created=True)
        if model.__name__ not in DERIVED and model._meta.managed and not model._meta.proxy
    ]
    found += [apps.get_model(label) for label in BESIDE]
    needs = {
        model: {field.related_model for field in model._meta.concrete_fields if field.is_relation}
        & {*found} - {model}
        for model in sorted(found, key=lambda model: model._meta.label)
    }
    return tuple(_table(model) for model in TopologicalSorter(needs).static_order())


def _table(model: type[models.Model]) -> Table:
    only = ONLY.get(model._meta.label)
    fields = tuple(
        field
        for field in model._meta.concrete_fields
        if not isinstance(field, models.GeneratedField) and (only is None or field.name in only)
    )
    return Table(model, model._meta.model_name, fields)


class FileColumn(NamedTuple):
    """A column of names of files that are kept beside the database; OF is what it is called in an export."""

    of: str
    table: Table
    field: models.FileField

    def names(self, objects: models.QuerySet) -> Iterator[str]:
        """Yield the names that OBJECTS, rows of the table, have there, each once."""
        named = objects.exclude(**{self.field.name: ""}).exclude(**{self.field.name: None})
        yield from named.order_by(self.field.name).values_list(self.field.name, flat=True).distinct().iterator()


@cache
def file_columns() -> tuple[FileColumn, ...]:
    """The columns that name files kept beside the database."""
    return tuple(
        FileColumn(f"{table.kind}.{field.name}", table, field)
        for table in content_tables()
        for field in table.fields
        if isinstance(field, models.FileField)
    )


def sequences() -> dict[str, int]:
    """The last number given out in each table that numbers its rows, by kind; 0 where none was.

    Numbers of rows that were deleted are among them: an address that led to one must never lead to another.
    """
    found = {}
    with connection.cursor() as cursor:
        for table in content_tables():
            if not isinstance(table.primary_key, models.AutoField):
                continue
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table.name}"', table.primary_key.column])
            (sequence,) = cursor.fetchone()
            cursor.execute(f"SELECT last_value, is_called FROM {sequence}")  # noqa: S608 - PostgreSQL's own name
            last, is_called = cursor.fetchone()
            found[table.kind] = last if is_called else 0
    return found


def set_sequences(last: dict[str, int]) -> None:
    """Let numbering go on after LAST, the numbers of `sequences`."""
    with connection.cursor() as cursor:
        for table in content_tables():
            if number := last.get(table.kind):
                cursor.execute(
                    "SELECT setval(pg_get_serial_sequence(%s, %s), %s)",
                    [f'"{table.name}"', table.primary_key.column, number],
                )


@contextmanager
def snapshot() -> Iterator[None]:
    """Show the archive as it is now until the end, whatever is written meanwhile."""
    begins = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if begins:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def is_empty(tables: Iterable[Table] | None = None) -> bool:
    """Is there nothing in the archive, and was there never anything? Accounts do not count."""
    tables = content_tables() if tables is None else tables
    return not any(table.objects().exists() for table in tables if table.model._meta.app_label == APP)
