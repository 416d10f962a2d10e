"""What the lists of the admin show besides Django's own tags."""

from collections.abc import Iterator
from typing import NamedTuple

from django import template
from django.contrib.admin.views.main import ChangeList

register = template.Library()


class ChosenFilter(NamedTuple):
    """A filter that is on: its name, the value chosen, and the query string of the list without it."""

    title: str
    value: str
    removed: str


@register.filter
def chosen_filters(cl: ChangeList) -> Iterator[ChosenFilter]:
    for spec in cl.filter_specs:
        everything, *choices = spec.choices(cl)
        for choice in choices:
            if choice["selected"]:
                yield ChosenFilter(spec.title, choice["display"], everything["query_string"])
