"""Fields that derive their value from another field whenever a row is written, one by one or in bulk.

A model with such fields is a `Deriving` one with a `DerivingQuerySet`: writing a source alone writes what derives
from it too. Only raw SQL has to see to that itself.
"""

from collections.abc import Callable, Collection

from django.contrib.postgres.fields import ArrayField
from django.db import models

from archive.text.html import plain_text
from archive.text.slugs import slugify
from archive.text.stop_words import essential_stems
from archive.text.tokenize import stems


class _Derived(models.Field):
    """Mixin: the value is DERIVE(value of the field named SOURCE), computed before each save."""

    derive: Callable[[str], str]

    def __init__(self, *args, source: str, **kwargs):
        self.source = source
        super().__init__(*args, **(kwargs | {"editable": False, "blank": True}))

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"source": self.source}

    def pre_save(self, model_instance, add):
        value = type(self).derive(getattr(model_instance, self.source) or "")
        setattr(model_instance, self.attname, value)
        return value


class PlainTextField(_Derived, models.TextField):
    """The plain text of an HTML field: the coordinate system of mentions, quotations and snippets."""

    derive = staticmethod(plain_text)


class DerivedSlugField(_Derived, models.CharField):
    """The address part made from a title; Arabic stays Arabic."""

    derive = staticmethod(slugify)


class StemsField(_Derived, models.TextField):
    """The stems of a word or phrase, in order: by these a run of a query's words is compared with it."""

    @staticmethod
    def derive(text: str) -> str:
        return " ".join(stems(text))


class StemArrayField(_Derived, ArrayField):
    """The stems of a text, each once: those of a query's words are looked for among them."""

    @staticmethod
    def derive(text: str) -> list[str]:
        return sorted(set(stems(text)))


class QueryKeyField(_Derived, models.TextField):
    """The stems of a query of plain words, whatever their order, common words left out."""

    @staticmethod
    def derive(text: str) -> str:
        return " ".join(sorted(set(essential_stems(text))))


def _derived_from(model: type[models.Model], names: Collection[str]) -> list[_Derived]:
    """The derived fields of MODEL whose source, but not they themselves, is among NAMES."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, _Derived) and field.source in names and field.name not in names
    ]


class Deriving(models.Model):
    class Meta:
        abstract = True

    def save(self, *args, update_fields: Collection[str] | None = None, **kwargs):
        if update_fields is not None:
            update_fields = {*update_fields, *(field.name for field in _derived_from(type(self), update_fields))}
        super().save(*args, update_fields=update_fields, **kwargs)


class DerivingQuerySet(models.QuerySet):
    def update(self, **values):
        for field in _derived_from(self.model, values):
            value = values[field.source]
            if hasattr(value, "resolve_expression"):
                raise TypeError(f"{field.name} is derived in Python: {field.source} takes a value, no expression.")
            values[field.name] = field.derive(value or "")
        return super().update(**values)

    update.alters_data = True

    def bulk_update(self, objs, fields, *args, **kwargs):
        objs, fields = tuple(objs), tuple(fields)
        derived = _derived_from(self.model, fields)
        for field in derived:
            for thing in objs:
                field.pre_save(thing, add=False)
        return super().bulk_update(objs, (*fields, *(field.name for field in derived)), *args, **kwargs)

    bulk_update.alters_data = True
