"""The order of the front page: numbers and buttons, a preview as readers would see it, then saving.

An order that is being made stands in the address, so that nothing is lost or shown to readers before it is saved.
"""

from collections.abc import Sequence

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.admin.change_log import change_message
from archive.admin.columns import shown_number
from archive.admin.permissions import NoAddOrDelete
from archive.forms import FrontOrderForm
from archive.models import Article, FrontPageArticle
from archive.newsroom.front import MAX_PINNED, OrderChangedError, in_order, keep_order, pinned_ids

PLACE = "place-"
"""How the names of the boxes begin that hold an article's number in the order."""

MOVES = {"up": -1, "down": 1}


ARTICLE = FrontPageArticle._meta.get_field("article")


class AddForm(forms.Form):
    article = ARTICLE.formfield(
        label=gettext_lazy("Article"), required=False, widget=AutocompleteSelect(ARTICLE, admin.site)
    )


@admin.register(FrontPageArticle)
class FrontPageAdmin(NoAddOrDelete, admin.ModelAdmin):
    """Its list is the page of the order; there is no form for each."""

    autocomplete_fields = ["article"]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return redirect("admin:archive_frontpagearticle_changelist")

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            if not self.has_change_permission(request):
                raise PermissionDenied
            return self._posted(request)
        known = pinned_ids()
        ids = FrontOrderForm(request.GET).usable()["order"] if "order" in request.GET else known
        articles = in_order(Article.objects.select_related("section", "source"), ids)
        form = AddForm()
        context = {
            "opts": self.opts,
            "title": _("The front page"),
            "rows": [
                {"article": article, "place": place, "is_first": place == 1, "is_last": place == len(articles)}
                for place, article in enumerate(articles, start=1)
            ],
            "known": _written(known),
            "is_saved": ids == known,
            "is_full": len(articles) >= MAX_PINNED,
            "most": shown_number(MAX_PINNED),
            "form": form,
            "media": self.media + form.media,
            "may_change": self.has_change_permission(request),
        }
        return render(
            request, "admin/archive/frontpagearticle/order.html", self.admin_site.each_context(request) | context
        )

    def _posted(self, request: HttpRequest) -> HttpResponse:
        """Do what was pressed: change the order in the address, show it, or keep it."""
        ids = _ordered(request)
        if "preview" in request.POST:
            return redirect(f"{reverse('archive:front-preview')}?{urlencode({'order': _written(ids)})}")
        if "save" in request.POST:
            return self._saved(request, ids)
        if "add" in request.POST:
            ids = _with_added(request, ids)
        return redirect(_here(ids))

    def _saved(self, request: HttpRequest, ids: list[int]) -> HttpResponse:
        known = FrontOrderForm(request.POST).usable()["known"]
        try:
            keep_order(ids, known=known)
        except OrderChangedError:
            message = _(
                "Somebody else has ordered the front page meanwhile. Yours is still here: look, and save again."
            )
            self.message_user(request, message, messages.WARNING)
            return redirect(_here(ids))
        changed = Article.objects.filter(pk__in={*ids} ^ {*known} or ids).only("pk", "title")
        LogEntry.objects.log_actions(
            request.user.pk, list(changed), CHANGE, change_message(FrontPageArticle, ["position"])
        )
        self.message_user(request, _("Readers see the front page in this order now."), messages.SUCCESS)
        return redirect("admin:archive_frontpagearticle_changelist")


def _ordered(request: HttpRequest) -> list[int]:
    """The articles of the form in the order of their numbers, with what was moved or taken out."""
    places = {
        int(name.removeprefix(PLACE)): value
        for name, value in request.POST.items()
        if name.startswith(PLACE) and name.removeprefix(PLACE).isdecimal()
    }
    # Of two with one number, the one that stood first stays first.
    ids = sorted(places, key=lambda pk: float(places[pk]) if places[pk].isdecimal() else len(places))
    for name, step in MOVES.items():
        if (moved := request.POST.get(name, "")).isdecimal() and int(moved) in ids:
            place = ids.index(int(moved))
            ids.insert(max(0, place + step), ids.pop(place))
    if (removed := request.POST.get("remove", "")).isdecimal():
        ids = [pk for pk in ids if pk != int(removed)]
    return ids[:MAX_PINNED]


def _with_added(request: HttpRequest, ids: list[int]) -> list[int]:
    form = AddForm(request.POST)
    article = form.is_valid() and form.cleaned_data["article"]
    return [*ids, article.pk][:MAX_PINNED] if article and article.pk not in ids else ids


def _here(ids: Sequence[int]) -> str:
    return f"{reverse('admin:archive_frontpagearticle_changelist')}?{urlencode({'order': _written(ids)})}"


def _written(ids: Sequence[int]) -> str:
    return ",".join(map(str, ids))
