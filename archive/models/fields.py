"""Fields that derive their value from another field whenever a row is saved, one by one or in bulk."""

from collections.abc import Callable

from django.db import models

from archive.text.html import plain_text
from archive.text.slugs import slugify


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
