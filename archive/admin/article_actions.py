"""What may be done to many articles at once, from their list; a page shows first what would become of them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.http import require_POST

from archive.admin.change_log import change_message
from archive.admin.columns import shown_number
from archive.downloads import CSV_TYPE, download
from archive.models import Article, AuditEntry, BulkChange, Mention, Section
from archive.newsroom import bulk
from archive.newsroom.bulk import Action, Wanted
from archive.newsroom.states import Hindrance, Plan, Status
from archive.outgoing.selection import Selection
from archive.outgoing.table import table_lines
from archive.staff import audit
from archive.tasks.announcing import request_announcement

MAX_ARTICLES = 2000
"""More are not changed at once: nobody looks over a longer list before they press the button."""
SHOWN_ARTICLES = 100
TABLE_NAME = "articles.csv"


class Words(NamedTuple):
    """What is said of an action: its LABEL; of how many articles it was DONE, by what they became; how many it LEFT.

    Only what was in the way and has words of its own is in LEFT. Plurals go by `number`, and show `count`.
    """

    label: Promise
    done: dict[str, Promise]
    left: dict[Hindrance, Promise] = {}


WORDS = {
    Action.REVIEW: Words(
        gettext_lazy("Send to review"),
        {
            Status.REVIEW: ngettext_lazy(
                "%(count)s article was sent to review.", "%(count)s articles were sent to review.", "number"
            ),
        },
    ),
    Action.PUBLISH: Words(
        gettext_lazy("Publish"),
        {
            Status.PUBLISHED: ngettext_lazy(
                "%(count)s article was published.", "%(count)s articles were published.", "number"
            ),
            Status.SCHEDULED: ngettext_lazy(
                "%(count)s article will be published at its time.",
                "%(count)s articles will be published at their time.",
                "number",
            ),
        },
        {
            Hindrance.NO_TEXT: ngettext_lazy(
                "%(count)s article has no text and was left as it is: write its text, then publish it.",
                "%(count)s articles have no text and were left as they are: write their texts, then publish them.",
                "number",
            ),
            Hindrance.ALREADY: ngettext_lazy(
                "%(count)s article was published before.", "%(count)s articles were published before.", "number"
            ),
            Hindrance.WAITS: ngettext_lazy(
                "%(count)s article is scheduled and waits for its time: to publish it now, change its date.",
                "%(count)s articles are scheduled and wait for their time: to publish them now, change their dates.",
                "number",
            ),
        },
    ),
    Action.WITHDRAW: Words(
        gettext_lazy("Withdraw"),
        {
            Status.WITHDRAWN: ngettext_lazy(
                "%(count)s article was withdrawn.", "%(count)s articles were withdrawn.", "number"
            ),
        },
        {
            Hindrance.ALREADY: ngettext_lazy(
                "%(count)s article was withdrawn before.", "%(count)s articles were withdrawn before.", "number"
            ),
            Hindrance.NO_WAY: ngettext_lazy(
                "%(count)s draft was left as it is: only what is published or scheduled is withdrawn.",
                "%(count)s drafts were left as they are: only what is published or scheduled is withdrawn.",
                "number",
            ),
        },
    ),
    Action.SECTION: Words(
        gettext_lazy("Move to a section"),
        {
            Action.SECTION: ngettext_lazy(
                "%(count)s article was moved to “%(target)s”.",
                "%(count)s articles were moved to “%(target)s”.",
                "number",
            ),
        },
    ),
    Action.ADD_ENTITY: Words(
        gettext_lazy("Add a name"),
        {
            Action.ADD_ENTITY: ngettext_lazy(
                "“%(target)s” was added to %(count)s article.",
                "“%(target)s” was added to %(count)s articles.",
                "number",
            ),
        },
    ),
    Action.REMOVE_ENTITY: Words(
        gettext_lazy("Remove a name"),
        {
            Action.REMOVE_ENTITY: ngettext_lazy(
                "“%(target)s” was removed from %(count)s article.",
                "“%(target)s” was removed from %(count)s articles.",
                "number",
            ),
        },
    ),
}
LEFT = ngettext_lazy(
    "%(count)s article was left as it is: %(why)s.", "%(count)s articles were left as they are: %(why)s.", "number"
)
ENTITY = Mention._meta.get_field("entity")


class BulkForm(forms.Form):
    """Which articles, what is to be done, and what belongs to it."""

    ids = forms.CharField(widget=forms.HiddenInput)
    action = forms.ChoiceField(choices=Action.choices, widget=forms.HiddenInput)
    section = forms.ModelChoiceField(Section.objects.all(), label=gettext_lazy("Section"))
    entity = ENTITY.formfield(label=gettext_lazy("Name"), widget=AutocompleteSelect(ENTITY, admin.site))
    withdrawal_notice = Article._meta.get_field("withdrawal_notice").formfield(
        widget=forms.Textarea(attrs={"rows": 3}), required=True
    )

    def __init__(self, *args, action: str, **kwargs):
        super().__init__(*args, **kwargs)
        belongs = {
            "section": [Action.SECTION],
            "entity": [Action.ADD_ENTITY, Action.REMOVE_ENTITY],
            "withdrawal_notice": [Action.WITHDRAW],
        }
        for name, actions in belongs.items():
            if action not in actions:
                del self.fields[name]

    def clean_ids(self) -> list[int]:
        ids = self.cleaned_data["ids"].split(",")
        if not all(text.isdecimal() for text in ids) or len(ids) > MAX_ARTICLES:
            raise forms.ValidationError(_("Choose the articles again."))
        return [int(text) for text in ids]

    def wanted(self) -> Wanted:
        said = self.cleaned_data
        return Wanted(
            Action(said["action"]), said.get("section"), said.get("entity"), said.get("withdrawal_notice", "")
        )


class ArticleActions(admin.ModelAdmin):
    """The actions, the page to which they lead, and a line in the log of every article that they changed."""

    actions = [
        *("send_to_review", "publish", "withdraw", "set_section", "add_entity", "remove_entity"),
        "download_table",
    ]

    def has_review_permission(self, request) -> bool:
        return bulk.may(request.user, Action.REVIEW)

    def has_publish_permission(self, request) -> bool:
        return bulk.may(request.user, Action.PUBLISH)

    def has_curate_permission(self, request) -> bool:
        return bulk.may(request.user, Action.SECTION)

    @admin.action(description=WORDS[Action.REVIEW].label, permissions=["review"])
    def send_to_review(self, request, queryset):
        return self._ask(request, queryset, Action.REVIEW)

    @admin.action(description=WORDS[Action.PUBLISH].label, permissions=["publish"])
    def publish(self, request, queryset):
        return self._ask(request, queryset, Action.PUBLISH)

    @admin.action(description=WORDS[Action.WITHDRAW].label, permissions=["publish"])
    def withdraw(self, request, queryset):
        return self._ask(request, queryset, Action.WITHDRAW)

    @admin.action(description=WORDS[Action.SECTION].label, permissions=["curate"])
    def set_section(self, request, queryset):
        return self._ask(request, queryset, Action.SECTION)

    @admin.action(description=WORDS[Action.ADD_ENTITY].label, permissions=["curate"])
    def add_entity(self, request, queryset):
        return self._ask(request, queryset, Action.ADD_ENTITY)

    @admin.action(description=WORDS[Action.REMOVE_ENTITY].label, permissions=["curate"])
    def remove_entity(self, request, queryset):
        return self._ask(request, queryset, Action.REMOVE_ENTITY)

    @admin.action(description=gettext_lazy("Download as a table (CSV)"), permissions=["publish"])
    def download_table(self, request, queryset):
        selection = Selection.of(queryset)
        audit.record(AuditEntry.Action.EXPORTED, details={"what": TABLE_NAME, "rows": selection.count()})
        return download(table_lines(selection), CSV_TYPE, TABLE_NAME)

    def _say(self, request, count: int, message: str, level: int = messages.SUCCESS) -> None:
        """Show MESSAGE with COUNT in it, of articles; nothing of none."""
        if count:
            self.message_user(request, message % {"count": shown_number(count)}, level)

    def _ask(self, request, queryset, action: Action):
        ids = list(queryset.order_by().values_list("pk", flat=True)[: MAX_ARTICLES + 1])
        if len(ids) > MAX_ARTICLES:
            message = _("No more than %(count)s articles are changed at once: narrow the list.")
            self.message_user(request, message % {"count": shown_number(MAX_ARTICLES)}, messages.ERROR)
            return None
        initial = {"ids": ",".join(map(str, ids)), "action": action}
        return self._page(request, BulkForm(initial=initial, action=action), action, ids)

    def bulk_view(self, request):
        """Show what would be done; and do it, where that was pressed."""
        action = request.POST.get("action", "")
        if action not in Action or not bulk.may(request.user, Action(action)):
            raise PermissionDenied
        form = BulkForm(request.POST, action=action)
        is_valid = form.is_valid()
        ids = form.cleaned_data.get("ids", [])
        if not is_valid or "confirmed" not in request.POST:
            return self._page(request, form, Action(action), ids)
        wanted = form.wanted()
        plan, change = bulk.carry_out(self._touchable(request, ids), wanted, by=request.user, at=timezone.now())
        if change:
            self._tell(request, change, plan, wanted)
        for hindrance, left in plan.left.items():
            is_wrong = not plan.ids or hindrance in (Hindrance.NO_TEXT, Hindrance.NO_WAY, Hindrance.EMBARGO)
            words = WORDS[action].left.get(hindrance, LEFT)
            message = _counted(words, len(left), why=hindrance.label)
            self.message_user(request, message, messages.WARNING if is_wrong else messages.INFO)
        return redirect("admin:archive_article_changelist")

    def _touchable(self, request, ids: Sequence[int]):
        """The articles with IDS that the user may change."""
        articles = Article.objects.filter(pk__in=ids)
        rows = articles.order_by().only("pk", "status")
        return articles.filter(pk__in=[row.pk for row in rows if self.has_change_permission(request, row)])

    def _page(self, request, form: BulkForm, action: Action, ids: Sequence[int]) -> HttpResponse:
        wanted = None
        if form.is_bound and form.is_valid():
            wanted = form.wanted()
        elif action in bulk.TARGETS:
            wanted = Wanted(action)
        plan = bulk.preview(self._touchable(request, ids), wanted, at=timezone.now()) if wanted else None
        return render(
            request,
            "admin/archive/article/bulk.html",
            self.admin_site.each_context(request)
            | {
                "opts": Article._meta,
                "title": WORDS[action].label,
                "form": form,
                "media": self.media + form.media,
                "count": len(ids),
                "groups": _groups(plan, wanted) if plan else [],
                "may_confirm": bool(plan and plan.ids),
            },
        )

    def _tell(self, request, change: BulkChange, plan: Plan, wanted: Wanted) -> None:
        """Log what was done, and say so, with the way to take it back."""
        articles = list(Article.objects.filter(pk__in=plan.ids).only("pk", "title"))
        LogEntry.objects.log_actions(request.user.pk, articles, CHANGE, _logged(wanted))
        if plan.becomes.get(Status.PUBLISHED):
            request_announcement()
        link = ""
        if request.user.has_perm("archive.view_bulkchange"):
            address = reverse("admin:archive_bulkchange_change", args=[change.pk])
            link = format_html(' <a href="{}">{}</a>', address, _("See it, or undo it"))
        for status, ids in plan.becomes.items():
            said = _counted(WORDS[wanted.action].done[status], len(ids), target=wanted.target)
            self.message_user(request, format_html("{}{}", said, link), messages.SUCCESS)

    def get_urls(self):
        view = self.admin_site.admin_view(require_POST(self.bulk_view))
        return [path("bulk/", view, name="archive_article_bulk"), *super().get_urls()]


def _counted(words: Promise, count: int, **values: Any) -> str:
    return words % {"number": count, "count": shown_number(count), **values}


def _logged(wanted: Wanted) -> list[dict]:
    """What each article's log keeps of it."""
    if wanted.action in bulk.OF_NAMES:
        verb = "added" if wanted.action == Action.ADD_ENTITY else "deleted"
        return [{verb: {"name": "mention", "object": wanted.target}}]
    return change_message(Article, ["section" if wanted.action == Action.SECTION else "status"])


def _groups(plan: Plan, wanted: Wanted) -> list[dict[str, Any]]:
    """What becomes of the articles, those together that become the same or are left for one reason."""
    shown = [(ids, _becomes(status, wanted), False) for status, ids in plan.becomes.items()]
    shown += [(ids, hindrance.label, True) for hindrance, ids in plan.left.items()]
    return [
        {
            "articles": Article.objects.filter(pk__in=ids).for_lines().newest_first()[:SHOWN_ARTICLES],
            "count": len(ids),
            "more": max(0, len(ids) - SHOWN_ARTICLES),
            "label": label,
            "is_left": is_left,
        }
        for ids, label, is_left in shown
    ]


def _becomes(status: str, wanted: Wanted) -> str:
    return wanted.target if status == wanted.action and wanted.target else Status(status).label
