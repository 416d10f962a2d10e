"""What the admin says before something is deleted."""

from collections.abc import Sequence

from django.apps import apps
from django.contrib import admin
from django.db.models import Model


class PlainDeletion(admin.options.BaseModelAdmin):
    """Names the things themselves; rows in the tables NAMELESS, which no editor knows, are not even counted.

    Nor are those by which two tables are joined: Django has no name for them but in English. Rows in the tables
    GOING_ALONG are the machine's, and nobody's to delete by themselves: they take no right of their own.
    """

    nameless: Sequence[type[Model]] = ()
    going_along: Sequence[type[Model]] = ()

    def get_deleted_objects(self, objs, request):
        to_delete, model_count, perms_needed, protected = super().get_deleted_objects(objs, request)
        joining = (model for model in apps.get_models(include_auto_created=True) if model._meta.auto_created)
        unknown = {str(model._meta.verbose_name_plural) for model in (*self.nameless, *joining)}
        owned = {str(model._meta.verbose_name) for model in self.going_along}
        perms_needed = {name for name in perms_needed if str(name) not in owned}
        counts = {name: count for name, count in model_count.items() if str(name) not in unknown}
        return [line for line in to_delete if not isinstance(line, list)], counts, perms_needed, protected
