"""Two who edit the rows beside one article (pictures, links, names, corrections): none is written over unseen.

Such rows have no versions that a form could name. So each table of the form holds how its rows stood when it was
opened, in the box SEEN, and goes on from there as the article's own boxes do (`archive.admin.article_conflicts`).
What only the other changed is taken over; where both changed the same, this editor's words stay, with the other's
beside them, and are saved when they are sent again; a row that the other deleted does not come back.
"""

import json
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.forms.formsets import DELETION_FIELD_NAME, INITIAL_FORM_COUNT, TOTAL_FORM_COUNT
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from archive.admin.article_conflicts import in_words, other_wrote, take_over
from archive.admin.labels import LabelledFormSet

SEEN = "SEEN"

Values = dict[str, Any]
"""The columns of a row that its form has boxes for, as JSON holds them."""


class WatchedFormSet(LabelledFormSet):
    def __init__(self, data=None, files=None, **kwargs):
        super().__init__(data, files, **kwargs)
        rows = {str(row.pk): row for row in self.get_queryset()}
        self._standing = {pk: self._as_stored(row) for pk, row in rows.items()}
        self._opened: dict[str, Values] = {}
        self._conflicts: dict[str, list[tuple[str | None, str]]] = {}
        self._lost: list[str] = []
        if self.is_bound:
            self._opened = self._read(self.data.get(f"{self.prefix}-{SEEN}", ""))
            self.data = self.data.copy()
            self.data[f"{self.prefix}-{SEEN}"] = json.dumps(self._standing)
            self._take_out_deleted()
            # The admin shows each form beside the row that stands in its place.
            self._queryset = [rows[pk] for pk in self._sent_keys() if pk in rows] or self.get_queryset()

    @cached_property
    def management_form(self):
        form = super().management_form
        form.fields[SEEN] = forms.CharField(required=False, widget=forms.HiddenInput)
        form.initial[SEEN] = json.dumps(self._standing)
        return form

    def _construct_form(self, i, **kwargs):
        form = super()._construct_form(i, **kwargs)
        before = self._opened.get(str(form.instance.pk))
        now = self._standing.get(str(form.instance.pk))
        if before and now and before != now:
            self._merge(form, before, now)
        return form

    def full_clean(self):
        super().full_clean()
        for form in self.forms if self._conflicts else ():
            for name, message in self._conflicts.get(form.prefix, ()):
                form.add_error(name, message)

    def clean(self):
        super().clean()
        if self._lost:
            message = _(
                "Somebody has deleted a row that you changed. It is gone; this is what you wrote in it: “%(words)s”"
            )
            raise ValidationError([message % {"words": words} for words in self._lost])

    def _read(self, text: str) -> dict[str, Values]:
        """What the box SEEN says; of what is none of ours nothing."""
        try:
            found = json.loads(text)
            return {pk: values for pk, values in found.items() if [self._value(name, values) for name in values]}
        except (ValueError, TypeError, AttributeError, ValidationError, FieldDoesNotExist):
            return {}

    # --- Rows that the other changed -----------------------------------------------------------------------------

    def _merge(self, form: forms.ModelForm, before: Values, now: Values) -> None:
        """Take the other's changes since BEFORE into FORM, and note where both changed the same."""
        changed = [name for name in now if before.get(name) != now[name] and not self._is_omitted(form.prefix, name)]
        of_both = [name for name in changed if all(self._differs(form.prefix, name, one) for one in (before, now))]
        told = [(name, other_wrote(_shown(form, name))) for name in of_both]
        if changed and self.data.pop(f"{form.prefix}-{DELETION_FIELD_NAME}", None):
            message = _("Somebody has changed this since you opened the form: choose again whether it is deleted.")
            of_both, told = [], [(None, message)]
        for name in changed:
            if name not in of_both and not isinstance(form.fields[name], forms.FileField):
                take_over(form, name, self._value(name, now))
        if told:
            self._conflicts[form.prefix] = told

    def _differs(self, prefix: str, name: str, values: Values) -> bool:
        """Does the box NAME say something else than VALUES?"""
        field, value = self.form.base_fields[name], self._value(name, values)
        sent = field.widget.value_from_datadict(self.data, self.files, f"{prefix}-{name}")
        if isinstance(value, datetime):  # Boxes may show no seconds.
            return all(
                field.has_changed(value.replace(microsecond=0, **shown), sent) for shown in ({}, {"second": 0})
            )
        return field.has_changed(value, sent)

    def _is_omitted(self, prefix: str, name: str) -> bool:
        """Was no box NAME sent at all?"""
        widget = self.form.base_fields[name].widget
        return widget.value_omitted_from_data(self.data, self.files, f"{prefix}-{name}")

    def _value(self, name: str, values: Values):
        return self.model._meta.get_field(name).to_python(values.get(name))

    def _as_stored(self, row: models.Model) -> Values:
        """The columns of ROW that the form has boxes for."""
        columns = {field.name: field.attname for field in self.model._meta.concrete_fields}
        return {name: _written(getattr(row, columns[name])) for name in self.form.base_fields if name in columns}

    # --- Rows that the other deleted -----------------------------------------------------------------------------

    def _sent_keys(self) -> list[str | None]:
        """The keys of the rows that were there when the form was opened, in its order."""
        count = min(self.initial_form_count(), self.total_form_count())
        return [self.data.get(f"{self.add_prefix(number)}-{self.model._meta.pk.name}") for number in range(count)]

    def _take_out_deleted(self) -> None:
        """Take out of what was sent the rows that are no more; what this editor had changed there is told."""
        keys = self._sent_keys()
        gone = [number for number, pk in enumerate(keys) if pk in self._opened and pk not in self._standing]
        for number in gone:
            self._lost += self._words_lost(number, self._opened[keys[number]])
        if gone:
            _take_out(self.data, self.prefix, gone)
            _take_out(self.files, self.prefix, gone)
            for name, count in ((TOTAL_FORM_COUNT, self.total_form_count()), (INITIAL_FORM_COUNT, len(keys))):
                self.data[f"{self.prefix}-{name}"] = str(count - len(gone))
            del self.management_form

    def _words_lost(self, number: int, before: Values) -> list[str]:
        """What this editor wrote in the row with this NUMBER, which was to stay and had been BEFORE; or nothing."""
        prefix = self.add_prefix(number)
        if self.data.get(f"{prefix}-{DELETION_FIELD_NAME}"):
            return []
        names = [name for name in before if name in self.form.base_fields and not self._is_omitted(prefix, name)]
        changed = [name for name in names if self._differs(prefix, name, before)]
        words = [str(self.data.get(f"{prefix}-{name}") or "") for name in changed]
        return [_(", ").join(filter(None, words)) or "—"] if changed else []


def _written(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _take_out(sent: MultiValueDict, prefix: str, gone: Sequence[int]) -> None:
    """Take the rows GONE out of what was SENT; those after them move up."""
    of_row = re.compile(rf"{re.escape(prefix)}-(\d+)-(.+)")
    found = [match for key in list(sent) if (match := of_row.fullmatch(key))]
    rows = [(int(match[1]), match[2], sent.pop(match[0])) for match in found]
    for number, box, values in rows:
        if number not in gone:
            sent.setlist(f"{prefix}-{number - sum(one < number for one in gone)}-{box}", values)


def _shown(form: forms.ModelForm, name: str) -> str:
    """What the row of FORM says by now in the field NAME, in words."""
    widget = form.fields[name].widget
    if isinstance(widget, forms.NullBooleanSelect):
        return str(dict(widget.choices)[widget.format_value(getattr(form.instance, name))])
    return in_words(form.instance, name)
