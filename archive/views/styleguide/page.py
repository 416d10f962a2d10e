"""The page of the style guide: the tokens, and every component in its states, rendered from its own template."""

import re
from dataclasses import dataclass
from functools import cache

from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from archive.guards import read_only
from archive.views.styleguide import tokens
from archive.views.styleguide.specimens import FOLDER, Specimen, source, specimens

# What a component must stand in to be seen as it is.
AROUND = {
    "ledger_item": '<ol class="ledger">{}</ol>',
    "suggestions": '<form class="search-box" action="{action}">'
    '<input class="search-box-input" type="search" name="q" aria-label="{label}">{}</form>',
}

_DOCUMENTATION = re.compile(r"{% comment %}\s*(.*?)\s*{% endcomment %}|{# (.*?) #}", re.DOTALL)


@dataclass(frozen=True)
class Component:
    """A component with the words at its head, and its states as HTML; none where every page shows it anyway."""

    name: str
    documentation: str
    specimens: list[tuple[str, SafeString]]


@read_only
@staff_member_required
@never_cache
def style_guide(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "archive/styleguide.html",
        {
            "colours": tokens.colours().values(),
            "pairs": tokens.pairs(),
            "texts": [length for length in tokens.lengths() if length.name.startswith(("text", "title"))],
            "spaces": [length for length in tokens.lengths() if length.name.startswith(("space", "gutter"))],
            "components": components(request),
        },
    )


def components(request: HttpRequest) -> list[Component]:
    """Return every component of templates/components, in its states."""
    made = specimens()
    return [
        Component(
            name,
            documentation(name),
            [(specimen.state, _rendered(name, specimen, request)) for specimen in made.get(name, [])],
        )
        for name in names()
    ]


@cache
def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.html"))


@cache
def documentation(name: str) -> str:
    """The words at the head of a component's template."""
    found = _DOCUMENTATION.search(source(name))
    return (found[1] or found[2]) if found else ""


def _rendered(name: str, specimen: Specimen, request: HttpRequest) -> SafeString:
    html = mark_safe(render_to_string(f"components/{name}.html", specimen.context, request))  # noqa: S308 - a template's
    return format_html(AROUND.get(name, "{}"), html, action=reverse("archive:search"), label=_("Search the archive"))
