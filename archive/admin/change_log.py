"""The admin's own log, kept so that it can be read in either language."""

from collections.abc import Sequence

from django.contrib import admin
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import override


class ReadableLog(admin.ModelAdmin):
    """Logs the names of changed fields as the catalogue knows them.

    Django logs a field's label, whose first letter is a capital, and looks for that when the log is read:
    “Title” has no translation, “title” has.
    """

    def construct_change_message(self, request, form, formsets, add=False):
        messages = super().construct_change_message(request, form, formsets, add)
        models = [self.model, *(formset.model for formset in formsets or [])]
        with override(None):
            names = {
                capfirst(str(field.verbose_name)): str(field.verbose_name)
                for model in models
                for field in (*model._meta.fields, *model._meta.many_to_many)
            }
        for message in messages:
            for details in message.values():
                if "fields" in details:
                    details["fields"] = [names.get(name, name) for name in details["fields"]]
        return messages


def change_message(model: type[models.Model], fields: Sequence[str]) -> list[dict]:
    """What the log keeps of a change of a MODEL's FIELDS and relations: English names, translated when read."""
    found = [model._meta.get_field(name) for name in fields]
    with override(None):
        names = [
            str(field.related_model._meta.verbose_name_plural if field.one_to_many else field.verbose_name)
            for field in found
        ]
    return [{"changed": {"fields": names}}]
