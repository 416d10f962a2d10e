"""Columns and read-only fields that Django would show in Western digits, or as a picture named “True”."""

from collections.abc import Callable

from django.contrib import admin
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from archive.ingest.journal import note_of
from archive.ingest.notes import sentence
from archive.text.dates import format_date, format_number


def moment_column(name: str, label: Promise) -> Callable:
    """The datetime field NAME, to the minute, in the language's own months and digits."""

    @admin.display(description=label, ordering=name)
    def moment(model_admin, thing):
        value = getattr(thing, name)
        if value is None:
            # A form would say “None” of it.
            return model_admin.get_empty_value_display()
        return format_date(timezone.localtime(value), get_language(), precision="minute", short=True)

    return moment


def number_column(name: str, label: Promise) -> Callable:
    @admin.display(description=label, ordering=name)
    def number(model_admin, thing):
        value = getattr(thing, name)
        return model_admin.get_empty_value_display() if value is None else format_number(value, get_language())

    return number


def latin_column(name: str, label: Promise) -> Callable:
    """The field NAME, a text in Latin letters, which reads from the left in a list that reads from the right."""

    @admin.display(description=label, ordering=name)
    def latin(model_admin, thing):
        if not (value := getattr(thing, name)):
            return model_admin.get_empty_value_display()
        return format_html('<bdi lang="en" dir="ltr">{}</bdi>', value)

    return latin


def yes_no_column(name: str, label: Promise) -> Callable:
    @admin.display(description=label, ordering=name)
    def yes_no(_admin, thing):
        return _("Yes") if getattr(thing, name) else _("No")

    return yes_no


def visit_column() -> Callable:
    """What the last visit brought to something that is followed, or what kept it from bringing anything."""

    @admin.display(description=gettext_lazy("what came of it"))
    def result(model_admin, followed):
        if followed.problem:
            return capfirst(sentence(note_of(followed.problem)))
        if not followed.counts:
            return model_admin.get_empty_value_display()
        shown = {name: shown_number(count) for name, count in followed.counts.items()}
        return _("%(created)s created, %(updated)s updated, %(unchanged)s unchanged, %(failed)s failed") % shown

    return result


def shown_number(value: int) -> str:
    return format_number(value, get_language())
