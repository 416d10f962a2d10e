"""What may be done to many articles at once, from their list in the admin."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from archive.admin.columns import shown_number
from archive.models import Article, Section
from archive.outgoing.selection import Selection
from archive.outgoing.table import table_lines
from archive.tasks import request_announcement

Status = Article.Status


class ArticleActionForm(ActionForm):
    section = forms.ModelChoiceField(
        Section.objects.all(), required=False, label=gettext_lazy("Section:"), empty_label=gettext_lazy("section…")
    )


class ArticleActions(admin.ModelAdmin):
    """The actions, each with a line in the log of every article that it changed."""

    action_form = ArticleActionForm
    actions = ["publish", "withdraw", "set_section", "download_table"]

    @admin.action(description=gettext_lazy("Publish"), permissions=["publish"])
    def publish(self, request, queryset):
        """Publish now; what is dated in the future is scheduled for its time, what has no text is left as it is."""
        now = timezone.now()
        out, waiting = (queryset.in_state(state, at=now).count() for state in (Status.PUBLISHED, Status.SCHEDULED))
        unpublished = queryset.filter(status__in=[Status.DRAFT, Status.WITHDRAWN])
        textless = list(unpublished.without_text().order_by().values_list("pk", flat=True))
        ready = unpublished.exclude(pk__in=textless)
        later = self._set(request, ready.filter(published_at__gt=now), Status.SCHEDULED)
        at_once = self._set(request, ready.exclude(published_at__gt=now), Status.PUBLISHED)
        if at_once:
            request_announcement()
        self._say(
            request,
            at_once,
            ngettext("%(count)s article was published.", "%(count)s articles were published.", at_once),
        )
        self._say(
            request,
            later,
            ngettext(
                "%(count)s article will be published at its time.",
                "%(count)s articles will be published at their time.",
                later,
            ),
        )
        self._say(
            request,
            len(textless),
            ngettext(
                "%(count)s article has no text and was left as it is: write its text, then publish it.",
                "%(count)s articles have no text and were left as they are: write their texts, then publish them.",
                len(textless),
            ),
            messages.WARNING,
        )
        level = messages.INFO if at_once or later else messages.WARNING
        self._say(
            request,
            out,
            ngettext("%(count)s article was published before.", "%(count)s articles were published before.", out),
            level,
        )
        self._say(
            request,
            waiting,
            ngettext(
                "%(count)s article is scheduled and waits for its time: to publish it now, change its date.",
                "%(count)s articles are scheduled and wait for their time: to publish them now, change their dates.",
                waiting,
            ),
            level,
        )

    @admin.action(description=gettext_lazy("Withdraw"), permissions=["publish"])
    def withdraw(self, request, queryset):
        """Take out of sight what is published or waits for it; a draft, which no reader sees, is left as it is."""
        before, drafts = (queryset.filter(status=status).count() for status in (Status.WITHDRAWN, Status.DRAFT))
        out = queryset.filter(status__in=[Status.PUBLISHED, Status.SCHEDULED])
        count = self._set(request, out, Status.WITHDRAWN)
        self._say(
            request, count, ngettext("%(count)s article was withdrawn.", "%(count)s articles were withdrawn.", count)
        )
        self._say(
            request,
            before,
            ngettext("%(count)s article was withdrawn before.", "%(count)s articles were withdrawn before.", before),
            messages.INFO if count else messages.WARNING,
        )
        self._say(
            request,
            drafts,
            ngettext(
                "%(count)s draft was left as it is: only what is published or scheduled is withdrawn.",
                "%(count)s drafts were left as they are: only what is published or scheduled is withdrawn.",
                drafts,
            ),
            messages.WARNING,
        )

    @admin.action(description=gettext_lazy("Move to the section chosen beside"), permissions=["publish"])
    def set_section(self, request, queryset):
        field = ArticleActionForm.base_fields["section"]
        try:
            section = field.clean(request.POST.get("section"))
        except ValidationError:
            section = None
        if section is None:
            self.message_user(request, _("Choose a section beside the action."), messages.ERROR)
            return
        count = self._update(request, queryset.exclude(section=section), ["section"], section=section)
        message = ngettext(
            "%(count)s article was moved to “%(section)s”.",
            "%(count)s articles were moved to “%(section)s”.",
            count,
        )
        self.message_user(request, message % {"count": shown_number(count), "section": section}, _level(count))

    @admin.action(description=gettext_lazy("Download as a table (CSV)"), permissions=["publish"])
    def download_table(self, request, queryset):
        lines = table_lines(Selection.of(queryset))
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = content_disposition_header(True, "articles.csv")
        return response

    def _say(self, request, count: int, message: str, level: int = messages.SUCCESS) -> None:
        """Show MESSAGE with COUNT in it, of articles; nothing of none."""
        if count:
            self.message_user(request, message % {"count": shown_number(count)}, level)

    def _set(self, request, queryset, status: str) -> int:
        return self._update(request, queryset, ["status"], status=status)

    def _update(self, request, queryset, fields: list[str], **values) -> int:
        """Set VALUES on the articles of QUERYSET, with a line in each one's log; return how many."""
        articles = list(Article.objects.filter(pk__in=queryset.order_by().values("pk")).only("pk", "title"))
        if not articles:
            return 0
        count = Article.objects.filter(pk__in=[article.pk for article in articles]).update(
            updated_at=timezone.now(), **values
        )
        LogEntry.objects.log_actions(request.user.pk, articles, CHANGE, change_message(fields))
        return count


def change_message(fields: list[str]) -> list[dict]:
    """What the log keeps of a change of FIELDS: English names, translated when read."""
    with override(None):
        return [{"changed": {"fields": [str(Article._meta.get_field(name).verbose_name) for name in fields]}}]


def _level(count: int) -> int:
    return messages.SUCCESS if count else messages.WARNING
