"""The newsroom in an article's form: its way on, who else has it open, the next of a work list, help with writing."""

from functools import partial

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from archive.admin.article_comparison import comparison_view
from archive.admin.article_states import noted, saving_buttons, state_view, ways
from archive.admin.article_writing import link_view, writing_context, writing_view
from archive.admin.change_log import change_message
from archive.admin.columns import shown_number
from archive.admin.row_versions import shown_moment
from archive.models import Article
from archive.newsroom import presence, states
from archive.newsroom.states import Status
from archive.newsroom.worklists import WORK_LISTS, WorkList, next_after
from archive.staff.unattended import unattended
from archive.tasks.announcing import request_announcement

NEXT_BUTTON = "_next"
PUBLISHERS_FIELDS = ("status", "importance", "noindex", "withdrawal_notice")


class ArticleDesk:
    """What `ArticleAdmin` has of the newsroom."""

    def get_readonly_fields(self, request, obj=None):
        """Who completes what is published has boxes for that alone; who publishes has all."""
        fields = super().get_readonly_fields(request, obj)
        if request.user.has_perm(states.PUBLISH):
            return fields
        if obj is None or states.may_write(request.user, obj):
            return [*fields, *PUBLISHERS_FIELDS]
        completed = states.completed_by(obj, at=timezone.now())
        return [*fields, *(name for name in self.form.Meta.fields if name not in completed)]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.user = request.user
        return form

    def get_object(self, request, object_id, from_field=None):
        """Whoever saves has the row until it is done: of two who save at once, the second is told of the first."""
        if request.method == "POST" and str(object_id).isdecimal():
            lock(int(object_id))
        return super().get_object(request, object_id, from_field)

    def save_model(self, request, obj, form, change):
        with noted(form.cleaned_data.get("note") or ""):
            super().save_model(request, obj, form, change)
        presence.leave(obj.pk, request.user)

    def response_change(self, request, obj):
        work = _work(request)
        if NEXT_BUTTON not in request.POST or work is None:
            return super().response_change(request, obj)
        self.message_user(request, _("“%(title)s” is saved.") % {"title": obj.title}, messages.SUCCESS)
        return self._to_next(work, obj.pk)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        may_save = self.has_change_permission(request, obj) if change else self.has_add_permission(request)
        if may_save:
            context["state_buttons"] = saving_buttons(request, obj)
            context |= writing_context(obj, may_write=obj is None or states.may_write(request.user, obj))
        if obj is not None:
            context["state_ways"] = ways(request, obj, in_form=may_save)
            context |= self._work_context(request, obj)
            if may_save:
                context |= self._presence_context(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    # --- Who else has it open ------------------------------------------------------------------------------------

    def _presence_context(self, request, article: Article) -> dict:
        now = timezone.now()
        presence.arrive(article.pk, request.user, at=now)
        return {
            "others_here": _told(presence.others(article.pk, request.user, at=now)),
            "presence_seconds": presence.HEARTBEAT_SECONDS,
        }

    @unattended
    def presence_view(self, request, article_id):
        """The open form's script asks here again and again, and says when the form is closed."""
        article = self._readable(request, article_id)
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        now = timezone.now()
        if "left" in request.POST:
            presence.leave(article.pk, request.user)
        else:
            presence.arrive(article.pk, request.user, at=now)
        return JsonResponse({"others": _told(presence.others(article.pk, request.user, at=now))})

    # --- Its way on ----------------------------------------------------------------------------------------------

    @transaction.atomic
    def state_view(self, request, article_id, target):
        if target not in Status:
            raise Http404
        if request.method == "POST":
            lock(article_id)
        article = self._readable(request, article_id)
        answer = state_view(request, article, target, self.admin_site.each_context(request))
        if isinstance(answer, HttpResponse):
            return answer
        LogEntry.objects.log_actions(request.user.pk, [article], CHANGE, change_message(Article, ["status"]))
        if answer == Status.PUBLISHED:
            request_announcement()
        return redirect("admin:archive_article_change", article_id)

    # --- One after another ---------------------------------------------------------------------------------------

    def _work_context(self, request, article: Article) -> dict:
        work = _work(request)
        if work is None:
            return {}
        skip = f"{reverse('admin:archive_article_work', args=[work.code])}?{urlencode({'after': article.pk})}"
        return {
            "work": work,
            "work_left": shown_number(work.articles().count()),
            "work_list": f"{reverse('admin:archive_article_changelist')}?{urlencode({'work': work.code})}",
            "work_skip": skip,
            "next_button": NEXT_BUTTON,
        }

    def work_view(self, request, code):
        """Lead to the article of a work list that comes next."""
        work = WORK_LISTS.get(code)
        if work is None:
            raise Http404
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        after = request.GET.get("after", "")
        return self._to_next(work, int(after) if after.isdecimal() else None)

    def _to_next(self, work: WorkList, after: int | None):
        article_id = next_after(work, after)
        if article_id is None:
            return redirect(f"{reverse('admin:archive_article_changelist')}?{urlencode({'work': work.code})}")
        return redirect(
            f"{reverse('admin:archive_article_change', args=[article_id])}?{urlencode({'work': work.code})}"
        )

    # --- Addresses -----------------------------------------------------------------------------------------------

    def comparison_view(self, request, article_id):
        return comparison_view(request, self._readable(request, article_id), self.admin_site.each_context(request))

    def writing_view(self, request):
        if not (self.has_change_permission(request) or self.has_add_permission(request)):
            raise PermissionDenied
        return writing_view(request, may_change=partial(self.has_change_permission, request))

    def link_view(self, request, article_id):
        article = self._readable(request, article_id)
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        return link_view(request, article)

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("writing/", view(require_POST(self.writing_view)), name="archive_article_writing"),
            path("work/<slug:code>/", view(self.work_view), name="archive_article_work"),
            path("<int:article_id>/versions/compare/", view(self.comparison_view), name="archive_article_comparison"),
            path("<int:article_id>/state/<slug:target>/", view(self.state_view), name="archive_article_state"),
            path(
                "<int:article_id>/presence/", view(require_POST(self.presence_view)), name="archive_article_presence"
            ),
            path("<int:article_id>/name/", view(require_POST(self.link_view)), name="archive_article_name"),
            *super().get_urls(),
        ]


def lock(article_id: int) -> None:
    """Hold the article's row until the transaction ends; not against rows that refer to it."""
    list(Article.objects.select_for_update(no_key=True).filter(pk=article_id).values_list("pk"))


def _work(request) -> WorkList | None:
    return WORK_LISTS.get(request.GET.get("work", ""))


def _told(others: list[presence.Other]) -> str:
    """Who has the article open, in a sentence; empty for nobody."""
    if not others:
        return ""
    people = [
        _("%(name)s (since %(time)s)") % {"name": other.name, "time": shown_moment(other.since)} for other in others
    ]
    return _(
        "Others have this article open now: %(people)s. Whoever saves second is shown what the first changed."
    ) % {"people": _(", ").join(people)}
