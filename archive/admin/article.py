"""Articles in the admin: their list, their form, what may be done to many at once, and their captures."""

import mimetypes
import re
from pathlib import PurePath

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.views.main import ORDER_VAR
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext_lazy, ngettext, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from archive.admin import mention_decisions
from archive.admin.article_filters import NeedsDateFilter, NeighboursFilter, StateFilter
from archive.admin.article_form import ArticleForm, as_written
from archive.admin.article_inlines import (
    ArticleCopyInline,
    ArticleLinkInline,
    CorrectionInline,
    ImageInline,
    MentionInline,
    PlainChoices,
)
from archive.admin.article_versions import restore, version_view, versions_view
from archive.admin.change_log import ReadableLog
from archive.admin.columns import moment_column
from archive.admin.date_boxes import EITHER_DIGITS
from archive.admin.deletion import PlainDeletion
from archive.admin.format_labels import reader_label
from archive.admin.related import RefusedLinkInline, decide
from archive.admin.search import PinInline
from archive.copies.finding import find_copies
from archive.entities.linking import link_mentions
from archive.models import (
    Article,
    ArticleCopy,
    ArticleEvent,
    ArticleSearch,
    ArticleShingle,
    Capture,
    ImageSizes,
    ImportedRecord,
    RefusedLink,
    Section,
    StoryArticle,
)
from archive.outgoing.selection import Selection
from archive.outgoing.table import table_lines
from archive.search.matching import matching_articles
from archive.tasks import request_announcement, request_picture_sizes
from archive.text.dates import format_date, format_number, iso_date
from archive.text.html import clean_html
from archive.text.normalize import words

Status = Article.Status
PUBLISH = "archive.publish_article"
SHORT_DIGEST_DIGITS = 16
_NOT_OF_A_NAME = re.compile(r"[^\w.\-]+")


class ArticleActionForm(ActionForm):
    section = forms.ModelChoiceField(
        Section.objects.all(), required=False, label=gettext_lazy("Section:"), empty_label=gettext_lazy("section…")
    )


@admin.register(Article)
class ArticleAdmin(PlainChoices, PlainDeletion, ReadableLog):
    form = ArticleForm
    nameless = [
        ArticleSearch,
        ArticleShingle,
        ArticleCopy,
        ImageSizes,
        StoryArticle,
        RefusedLink,
        ImportedRecord,
        Article.authors.through,
    ]
    formfield_overrides = EITHER_DIGITS
    action_form = ArticleActionForm
    inlines = [
        CorrectionInline,
        ImageInline,
        ArticleLinkInline,
        RefusedLinkInline,
        ArticleCopyInline,
        MentionInline,
        PinInline,
    ]

    list_display = ["title", "listed_date", "shown_state", "section", "source", "shown_importance", "page_link"]
    list_filter = [StateFilter, NeedsDateFilter, NeighboursFilter, "importance", "noindex", "section", "source"]
    list_select_related = ["section", "source"]
    list_per_page = 50
    date_hierarchy = "published_at"
    # Shows the search box; what is typed goes to our own engine.
    search_fields = ["title"]
    search_help_text = gettext_lazy("Every spelling is found; “quoted words” are searched as a phrase.")
    show_full_result_count = False
    actions = ["publish", "withdraw", "set_section", "download_table"]
    view_on_site = False
    save_on_top = True

    autocomplete_fields = ["authors"]
    readonly_fields = [
        "shown_body",
        "shown_date",
        "shown_state",
        "shown_authors",
        "shown_collected",
        "capture_link",
        "shown_reader",
        "shown_created",
        "shown_updated",
    ]
    shown_collected = moment_column("collected_at", gettext_lazy("collected at"))
    shown_created = moment_column("created_at", gettext_lazy("created at"))
    shown_updated = moment_column("updated_at", gettext_lazy("updated at"))
    fieldsets = [
        (None, {"fields": ["kicker", "title", "summary", "body"]}),
        (gettext_lazy("Place and people"), {"fields": ["section", "source", "authors", "place"]}),
        (
            gettext_lazy("Date and state"),
            {"fields": ["date_precision", "published_at", "status", "importance", "noindex"]},
        ),
        (gettext_lazy("Related articles"), {"fields": ["related"], "classes": ["collapse"]}),
        (
            gettext_lazy("Where it comes from"),
            {
                "fields": [
                    "original_url",
                    "external_id",
                    "language",
                    "collected_at",
                    "capture_link",
                    "shown_reader",
                    "shown_created",
                    "shown_updated",
                ],
                "classes": ["collapse"],
            },
        ),
    ]

    # --- Who may do what -----------------------------------------------------------------------------------------

    def has_publish_permission(self, request) -> bool:
        return request.user.has_perm(PUBLISH)

    def has_change_permission(self, request, obj=None):
        """Without the right to publish: drafts only, one's own and others'."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or self._may_touch(request, obj))

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or self._may_touch(request, obj))

    def _may_touch(self, request, article: Article) -> bool:
        return article.status == Status.DRAFT or self.has_publish_permission(request)

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return fields if self.has_publish_permission(request) else [*fields, "status", "importance", "noindex"]

    def get_fieldsets(self, request, obj=None):
        """Who may only look sees the body and the date as they are read, not as they are stored."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            return _without(fieldsets, "related")
        if self.has_change_permission(request, obj):
            return fieldsets
        fieldsets = _without(fieldsets, "related")
        shown = {
            "body": ["shown_body"],
            "published_at": ["shown_date"],
            "date_precision": [],
            "status": ["shown_state"],
            "authors": ["shown_authors"],
            "collected_at": ["shown_collected"],
        }
        return [
            (name, options | {"fields": [new for field in options["fields"] for new in shown.get(field, [field])]})
            for name, options in fieldsets
        ]

    @admin.display(description=gettext_lazy("body"))
    def shown_body(self, article):
        return format_html('<div class="shown-body" dir="rtl">{}</div>', mark_safe(clean_html(article.body)))  # noqa: S308

    @admin.display(description=gettext_lazy("authors"))
    def shown_authors(self, article):
        return _(", ").join(article.author_names) or self.get_empty_value_display()

    # --- The list ------------------------------------------------------------------------------------------------

    def get_queryset(self, request):
        public = Article.objects.published().filter(pk=OuterRef("pk"))
        articles = super().get_queryset(request).annotate(is_public=Exists(public))
        listing = request.resolver_match and request.resolver_match.url_name == "archive_article_changelist"
        return articles.defer("body", "text", "summary", "title_key") if listing else articles

    def get_search_results(self, request, queryset, search_term):
        if not search_term.strip():
            return queryset, False
        if request.resolver_match and request.resolver_match.url_name == "autocomplete":
            return _titled(queryset, search_term), False
        found = matching_articles(queryset, search_term)
        if request.GET.get(ORDER_VAR):
            found = found.order_by(*queryset.query.order_by)
        return found, False

    @admin.display(description=gettext_lazy("date"), ordering="listed_at")
    def shown_date(self, article):
        if article.published_at is None:
            return format_html('<span class="needs-date">{}</span>', _("needs a date"))
        local = timezone.localtime(article.published_at)
        return format_date(local, get_language(), precision=article.date_precision)

    @admin.display(description=gettext_lazy("date"), ordering="listed_at")
    def listed_date(self, article):
        """The date on one line; its time apart, for screens with room for it."""
        if article.published_at is None:
            return self.shown_date(article)
        local, language = timezone.localtime(article.published_at), get_language()
        precise = article.date_precision == Article.Precision.MINUTE
        day = format_date(local, language, precision="day" if precise else article.date_precision, short=True)
        clock = format_html(
            '<span class="list-clock">{}{}</span>', _(", "), format_number(f"{local:%H:%M}", language)
        )
        return format_html(
            '<time class="list-date" datetime="{}">{}{}</time>',
            iso_date(local, article.date_precision),
            day,
            clock if precise else "",
        )

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_state(self, article):
        return article.state().label

    @admin.display(description=gettext_lazy("importance"), ordering="importance")
    def shown_importance(self, article):
        return article.get_importance_display() if article.importance else None

    @admin.display(description=gettext_lazy("page"))
    def page_link(self, article):
        url, label = _page(article)
        icon = static("admin/img/icon-viewlink.svg")
        return format_html('<a href="{}" title="{}"><img src="{}" alt="{}"></a>', url, label, icon, label)

    # --- The form ------------------------------------------------------------------------------------------------

    def get_changeform_initial_data(self, request):
        return {"published_at": as_written(timezone.now().replace(second=0), Article.Precision.MINUTE)} | (
            super().get_changeform_initial_data(request)
        )

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None:
            context["page_url"], context["page_label"] = _page(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        decide(form.instance, form.cleaned_data.get("related") or {}, request.user)
        if not change or "body" in form.changed_data:
            link_mentions([form.instance.pk])
            find_copies([form.instance.pk])
        if form.instance.state() == Status.PUBLISHED:
            request_announcement()
        self._see_to_pictures(request, form.instance)

    def _see_to_pictures(self, request, article: Article) -> None:
        """Let the sizes of new pictures be made; remind of those that say nothing to readers who cannot see them."""
        images = list(article.images.all())
        if any(image.file and not image.renditions for image in images):
            request_picture_sizes()
        silent = sum(image.is_silent for image in images)
        self._say(
            request,
            silent,
            ngettext(
                "%(count)s picture has no alternative text: those who cannot see it learn nothing of it.",
                "%(count)s pictures have no alternative text: those who cannot see them learn nothing of them.",
                silent,
            ),
            messages.WARNING,
        )

    @admin.display(description=gettext_lazy("capture"))
    def capture_link(self, article):
        if article.capture_id is None:
            return self.get_empty_value_display()
        url = reverse("admin:archive_capture_change", args=[article.capture_id])
        download = reverse("admin:archive_capture_download", args=[article.capture_id])
        return format_html(
            '<a href="{}"><bdi>{}</bdi></a> — <a href="{}" download>{}</a>',
            url,
            article.capture,
            download,
            _("Download"),
        )

    @admin.display(description=gettext_lazy("read by"))
    def shown_reader(self, article):
        """Which reader of the importer read it last, in which version, and when."""
        record = article.imported_records.order_by("-pk").first()
        if record is None:
            return self.get_empty_value_display()
        moment = format_date(timezone.localtime(record.imported_at), get_language(), precision="minute", short=True)
        return format_html("{} — <bdi>{}</bdi>", reader_label(record.reader), moment)

    def get_urls(self):
        versions = [
            ("", self.versions_view, "archive_article_versions"),
            ("<int:number>/", self.version_view, "archive_article_version"),
            ("<int:number>/restore/", require_POST(self.restore_view), "archive_article_restore"),
        ]
        return [
            *(
                path(f"<int:article_id>/versions/{way}", self.admin_site.admin_view(view), name=name)
                for way, view, name in versions
            ),
            path(
                "<int:article_id>/mention/",
                self.admin_site.admin_view(require_POST(self.mention_view)),
                name="archive_article_mention",
            ),
            *super().get_urls(),
        ]

    def mention_view(self, request, article_id):
        """Confirm or refuse a mention at once, from the form."""
        article = self._readable(request, article_id)
        if not (self.has_change_permission(request, article) and request.user.has_perm("archive.change_mention")):
            raise PermissionDenied
        return mention_decisions.decide(request, article)

    def versions_view(self, request, article_id):
        return versions_view(request, self._readable(request, article_id), self.admin_site.each_context(request))

    def version_view(self, request, article_id, number):
        article = self._readable(request, article_id)
        may_restore = {"may_restore": self.has_change_permission(request, article)}
        context = self.admin_site.each_context(request) | may_restore
        return version_view(request, article, _version(article, number), context)

    def restore_view(self, request, article_id, number):
        """Bring an earlier version back, and open the form on it."""
        article = self._readable(request, article_id)
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        try:
            fields, date_kept = restore(article, _version(article, number))
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return redirect("admin:archive_article_version", article_id, number)
        if fields:
            find_copies([article.pk])
            self.log_change(request, article, _change_message(fields))
            message = _("The earlier version is back, and what the article was before it is a version now.")
            self.message_user(request, message, messages.SUCCESS)
        else:
            self.message_user(request, _("The article is already what it was in that version."), messages.INFO)
        if date_kept:
            message = _("Its date was left as it is: the earlier one would change whether readers see the article.")
            self.message_user(request, message, messages.WARNING)
        return redirect("admin:archive_article_change", article_id)

    def _readable(self, request, article_id: int) -> Article:
        article = get_object_or_404(self.get_queryset(request), pk=article_id)
        if not self.has_view_or_change_permission(request, article):
            raise PermissionDenied
        return article

    # --- Many at once --------------------------------------------------------------------------------------------

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
        self.message_user(request, message % {"count": _number(count), "section": section}, _level(count))

    @admin.action(description=gettext_lazy("Download as a table (CSV)"), permissions=["publish"])
    def download_table(self, request, queryset):
        lines = table_lines(Selection.of(queryset))
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = content_disposition_header(True, "articles.csv")
        return response

    def _say(self, request, count: int, message: str, level: int = messages.SUCCESS) -> None:
        """Show MESSAGE with COUNT in it, of articles; nothing of none."""
        if count:
            self.message_user(request, message % {"count": _number(count)}, level)

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
        LogEntry.objects.log_actions(request.user.pk, articles, CHANGE, _change_message(fields))
        return count


@admin.register(Capture)
class CaptureAdmin(admin.ModelAdmin):
    """The bytes as received: to see and to download, never to change."""

    list_display = ["__str__", "shown_received", "content_type", "encoding", "shown_size", "download_link"]
    list_filter = ["content_type", "encoding"]
    date_hierarchy = "received_at"
    search_fields = ["file_name", "url", "sha256"]
    show_full_result_count = False
    fields = [
        "file_name",
        "url",
        "shown_received",
        "content_type",
        "encoding",
        "shown_size",
        "sha256",
        "article_links",
        "download_link",
    ]
    readonly_fields = ["shown_received", "shown_size", "article_links", "download_link"]
    shown_received = moment_column("received_at", gettext_lazy("received at"))

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).defer("content_compressed")

    @admin.display(description=gettext_lazy("size"), ordering="size_bytes")
    def shown_size(self, capture):
        count = capture.size_bytes
        return ngettext("%(count)s byte", "%(count)s bytes", count) % {"count": _number(count)}

    @admin.display(description=gettext_lazy("articles"))
    def article_links(self, capture):
        articles = capture.articles.only("pk", "title")
        links = [
            format_html('<a href="{}">{}</a>', reverse("admin:archive_article_change", args=[article.pk]), article)
            for article in articles
        ]
        return format_html("{}" * len(links), *links) if links else self.get_empty_value_display()

    @admin.display(description=gettext_lazy("content"))
    def download_link(self, capture):
        url = reverse("admin:archive_capture_download", args=[capture.pk])
        return format_html('<a href="{}" download>{}</a>', url, _("Download"))

    def get_urls(self):
        download = self.admin_site.admin_view(self.download_view)
        return [path("<int:capture_id>/content/", download, name="archive_capture_download"), *super().get_urls()]

    def download_view(self, request, capture_id):
        """The exact bytes, as a file that no browser opens as a page of this site."""
        capture = get_object_or_404(Capture, pk=capture_id)
        if not self.has_view_permission(request, capture):
            raise PermissionDenied
        return HttpResponse(
            capture.content,
            content_type="application/octet-stream",
            headers={"Content-Disposition": content_disposition_header(True, download_name(capture))},
        )


def download_name(capture: Capture) -> str:
    return safe_name(capture.file_name, capture.sha256, capture.content_type)


def safe_name(file_name: str, sha256: str, content_type: str) -> str:
    """A name under which any system keeps bytes: their file's, of which a compressed one was unpacked."""
    name = _NOT_OF_A_NAME.sub("_", re.split(r"[/\\]", file_name)[-1]).strip("._").removesuffix(".gz")
    name = name or sha256[:SHORT_DIGEST_DIGITS]
    if PurePath(name).suffix:
        return name
    return name + (mimetypes.guess_extension(content_type.partition(";")[0]) or ".bin")


def _without(fieldsets: list, field: str) -> list:
    """FIELDSETS without the one that holds FIELD alone."""
    return [(name, options) for name, options in fieldsets if options["fields"] != [field]]


def _page(article: Article) -> tuple[str, str]:
    """Where readers see ARTICLE, or where editors see it before them."""
    if article.is_public:
        return article.get_absolute_url(), _("View on site")
    return reverse("archive:article-preview", args=[article.pk]), _("Preview")


def _titled(articles, text: str):
    """ARTICLES whose folded title holds every word of TEXT, the last one perhaps half typed."""
    for word in words(text).split():
        articles = articles.filter(title_key__contains=word)
    return articles


def _version(article: Article, number: int) -> ArticleEvent:
    return get_object_or_404(article.events.filter(pgh_label="update"), pk=number)


def _change_message(fields: list[str]) -> list[dict]:
    """What the log keeps of a change of FIELDS: English names, translated when read."""
    with override(None):
        return [{"changed": {"fields": [str(Article._meta.get_field(name).verbose_name) for name in fields]}}]


def _number(value: int) -> str:
    return format_number(value, get_language())


def _level(count: int) -> int:
    return messages.SUCCESS if count else messages.WARNING
