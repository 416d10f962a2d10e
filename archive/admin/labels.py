"""Names for the boxes of a table's cells: Django names columns only, and a screen reader reads boxes."""

from django.contrib import admin
from django.forms.models import BaseInlineFormSet
from django.utils.text import capfirst
from django.utils.translation import gettext as _


class LabelledCells(admin.options.BaseModelAdmin):
    """Form fields that carry their column's name."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field:
            field.widget.attrs.setdefault("aria-label", capfirst(field.label))
        return field


class LabelledFormSet(BaseInlineFormSet):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].widget.attrs["aria-label"] = _("Delete?")

    def get_unique_error_message(self, unique_check):
        """Names the columns as the table does, not as the code does."""
        names = [name for name in unique_check if name != self.fk.name]
        return super().get_unique_error_message(
            [str(self.model._meta.get_field(name).verbose_name) for name in names]
        )


class LabelledTabularInline(LabelledCells, admin.TabularInline):
    formset = LabelledFormSet
