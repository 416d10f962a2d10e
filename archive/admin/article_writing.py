"""Help with writing, beside the form of an article: what it is, where it stands, and a button that sets it right.

What is written now is looked at without being saved. Nothing changes until somebody presses a button, and then only
in the boxes of the form (static/admin_sijill/writing.js).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from django import forms
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.forms import KnownField
from archive.models import Article
from archive.newsroom.names import link_name, names_in, unlinked_names
from archive.newsroom.writing import Slip, known_spellings, raw_text, slips
from archive.text.html import clean_html, plain_text

FIELDS = ("kicker", "title", "summary", "body")
CONTEXT_CHARS = 24
MAX_SHOWN = 50

SAID = {
    "invisible": gettext_lazy("An invisible mark"),
    "presentation": gettext_lazy("Letters of a kind made for printing, which no search finds"),
    "spaces": gettext_lazy("More than one space"),
    "quotation": gettext_lazy("A quotation mark without the other of its pair"),
    "teh_marbuta": gettext_lazy("Teh marbuta or heh?"),
    "alef_maqsura": gettext_lazy("Alef maqsura or yeh?"),
}


class ShownSlip(NamedTuple):
    """A slip of the FIELD, with what stands BEFORE and AFTER it; offsets are those of JavaScript, in UTF-16 units."""

    field: str
    field_label: str
    said: str
    before: str
    shown: str
    after: str
    start: int
    end: int
    slip: Slip


class WritingForm(forms.Form):
    kicker = forms.CharField(required=False, strip=False)
    title = forms.CharField(required=False, strip=False)
    summary = forms.CharField(required=False, strip=False)
    body = forms.CharField(required=False, strip=False)
    article = KnownField(Article.objects.all(), required=False)


class NameForm(forms.Form):
    entity = forms.IntegerField()
    start = forms.IntegerField()


def writing_context(article: Article | None, *, may_write: bool) -> dict:
    """What the form of ARTICLE shows of its text as it is stored; no slips to whom may not write it."""
    texts = {name: getattr(article, name) for name in FIELDS} if article else {}
    return {
        "slips": list(_shown(texts)) if may_write else None,
        "unlinked": _names(article.text, article) if article else [],
    }


def writing_view(request: HttpRequest, *, may_change: Callable[[Article], bool]) -> HttpResponse:
    """The slips in the texts that were sent, and the names in the body that are not linked, as a part of a page.

    Of an article that one MAY not CHANGE nothing is told.
    """
    form = WritingForm(request.POST)
    sent = form.cleaned_data if form.is_valid() else {}
    article = sent.get("article")
    if article and not may_change(article):
        article = None
    context = {
        "slips": list(_shown({name: sent.get(name, "") for name in FIELDS})),
        "unlinked": _names(plain_text(clean_html(sent.get("body", ""))), article),
        "original": article,
    }
    return render(request, "admin/archive/article/noticed.html", context)


def link_view(request: HttpRequest, article: Article) -> JsonResponse:
    """Link a name of ARTICLE that was offered."""
    if not request.user.has_perm("archive.change_mention"):
        raise PermissionDenied
    form = NameForm(request.POST)
    wanted = form.is_valid() and next(
        (
            name
            for name in unlinked_names(article)
            if (name.entity.pk, name.start) == (form.cleaned_data["entity"], form.cleaned_data["start"])
        ),
        None,
    )
    if not wanted:
        return JsonResponse({"message": _("This name is no longer there: load the page again.")}, status=409)
    link_name(article, wanted, by=request.user)
    added = {"added": {"name": "mention", "object": wanted.entity.name}}
    LogEntry.objects.log_actions(request.user.pk, [article], CHANGE, [added])
    return JsonResponse({"message": _("Linked.")})


def _shown(texts: Mapping[str, str]) -> Iterator[ShownSlip]:
    texts = {name: raw_text(clean_html(text)) if name == "body" else text for name, text in texts.items()}
    known = known_spellings(*texts.values())
    left = MAX_SHOWN
    for name in FIELDS:
        text = texts.get(name, "")
        for slip in slips(text, known)[:left]:
            left -= 1
            yield _shown_slip(name, text, slip)


def _shown_slip(field: str, text: str, slip: Slip) -> ShownSlip:
    line = text.rfind("\n", 0, slip.start) + 1
    return ShownSlip(
        field=field,
        field_label=str(Article._meta.get_field(field).verbose_name),
        said=str(SAID[slip.kind]),
        before=text[max(line, slip.start - CONTEXT_CHARS) : slip.start],
        shown=_visible(slip),
        after=text[slip.end : slip.end + CONTEXT_CHARS].split("\n", 1)[0],
        start=_utf16_length(text[: slip.start]),
        end=_utf16_length(text[: slip.end]),
        slip=slip,
    )


def _visible(slip: Slip) -> str:
    """What was found, with a sign or a number for what is not seen."""
    if slip.kind == "invisible":
        return " ".join(f"U+{ord(mark):04X}" for mark in dict.fromkeys(slip.found))
    return "␣" * len(slip.found) if slip.kind == "spaces" else slip.found


def _utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _names(text: str, article: Article | None) -> list[dict]:
    return [
        {
            "entity": name.entity,
            "offered": name.offered,
            "before": text[max(0, name.start - CONTEXT_CHARS) : name.start],
            "words": text[name.start : name.end],
            "after": text[name.end : name.end + CONTEXT_CHARS],
        }
        for name in names_in(text, article)
    ]
