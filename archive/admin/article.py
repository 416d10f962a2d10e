"""Articles in the admin: their list, and their form."""

from django.contrib import admin, messages
from django.contrib.admin.views.main import ORDER_VAR
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404, redirect
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from archive.admin import mention_decisions
from archive.admin.article_actions import ArticleActions
from archive.admin.article_conflicts import shown_version
from archive.admin.article_desk import ArticleDesk, lock
from archive.admin.article_filters import StateFilter, WorkFilter
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
from archive.admin.change_log import ReadableLog, change_message
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
    Delivery,
    FrontPageArticle,
    ImageSizes,
    ImportedRecord,
    NameProposal,
    OutgoingLink,
    RefusedLink,
    RemovedPicture,
    StoryArticle,
)
from archive.newsroom import states
from archive.revisions import date_revision
from archive.search.matching import matching_articles
from archive.tasks.announcing import request_announcement
from archive.tasks.pictures import request_picture_sizes
from archive.text.dates import format_date, format_number, iso_date
from archive.text.html import clean_html
from archive.text.normalize import words

Status = Article.Status

SHOWN = {
    "body": ["shown_body"],
    "published_at": ["shown_date"],
    "date_precision": [],
    "status": ["shown_state"],
    "authors": ["shown_authors"],
    "collected_at": ["shown_collected"],
}
"""What stands in the form in the place of a field that may only be looked at."""


@admin.register(Article)
class ArticleAdmin(ArticleDesk, ArticleActions, PlainChoices, PlainDeletion, ReadableLog):
    form = ArticleForm
    nameless = [
        ArticleSearch,
        ArticleShingle,
        ArticleCopy,
        ImageSizes,
        StoryArticle,
        RefusedLink,
        ImportedRecord,
        RemovedPicture,
        Article.authors.through,
    ]
    going_along = [NameProposal, OutgoingLink, FrontPageArticle, Delivery, RemovedPicture]
    formfield_overrides = EITHER_DIGITS
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
    list_filter = [StateFilter, WorkFilter, "importance", "noindex", "section", "source"]
    list_select_related = ["section", "source"]
    list_per_page = 50
    date_hierarchy = "published_at"
    # Shows the search box; what is typed goes to our own engine.
    search_fields = ["title"]
    search_help_text = gettext_lazy("Every spelling is found; “quoted words” are searched as a phrase.")
    show_full_result_count = False
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
            {"fields": ["date_precision", "published_at", "status", "embargo_until", "importance", "noindex"]},
        ),
        (gettext_lazy("Notices"), {"fields": ["withdrawal_notice"], "classes": ["collapse"]}),
        (gettext_lazy("This change"), {"fields": ["note", "version"]}),
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

    def has_change_permission(self, request, obj=None):
        """What each may touch is in `archive.newsroom.states`."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or states.may_change(request.user, obj))

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or states.may_change(request.user, obj))

    def get_fieldsets(self, request, obj=None):
        """What somebody may only look at, the body and the date too, is as it is read, not as it is stored."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            return _without(fieldsets, "related", "withdrawal_notice")
        may_change = self.has_change_permission(request, obj)
        if may_change and states.may_write(request.user, obj):
            return fieldsets
        only_shown = self.get_readonly_fields(request, obj) if may_change else SHOWN
        return [
            (
                name,
                options
                | {
                    "fields": [
                        shown
                        for field in options["fields"]
                        for shown in (SHOWN.get(field, [field]) if field in only_shown else [field])
                    ]
                },
            )
            for name, options in (fieldsets if may_change else _without(fieldsets, "related", "note"))
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

    def get_inline_formsets(self, request, formsets, inline_instances, obj=None):
        """A table with an error is open, also where the error is of no one row."""
        tables = super().get_inline_formsets(request, formsets, inline_instances, obj)
        for table in tables:
            if table.non_form_errors():
                table.is_collapsible = False
        return tables

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        decide(form.instance, form.cleaned_data.get("related") or {}, request.user)
        if not change or "body" in form.changed_data:
            link_mentions([form.instance.pk])
            find_copies([form.instance.pk])
        date_revision(form.instance)
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
        seen = {"may_restore": self._may_restore(request, article), "now": shown_version(article)}
        context = self.admin_site.each_context(request) | seen
        return version_view(request, article, _version(article, number), context)

    def _may_restore(self, request, article: Article) -> bool:
        """Versions are of texts and dates too: they are brought back by those who may write them."""
        return self.has_change_permission(request, article) and states.may_write(request.user, article)

    @transaction.atomic
    def restore_view(self, request, article_id, number):
        """Bring an earlier version back, and open the form on it."""
        lock(article_id)
        article = self._readable(request, article_id)
        if not self._may_restore(request, article):
            raise PermissionDenied
        if request.POST.get("now", shown_version(article)) != shown_version(article):
            message = _(
                "The article was changed since you opened this page: look at what it is now, and decide again."
            )
            self.message_user(request, message, messages.ERROR)
            return redirect("admin:archive_article_version", article_id, number)
        try:
            fields, date_kept, lost = restore(article, _version(article, number), by=request.user)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return redirect("admin:archive_article_version", article_id, number)
        if fields:
            if "images" in fields:
                request_picture_sizes()
            date_revision(article)
            find_copies([article.pk])
            self.log_change(request, article, change_message(Article, fields))
            message = _("The earlier version is back, and what the article was before it is a version now.")
            self.message_user(request, message, messages.SUCCESS)
        else:
            self.message_user(request, _("The article is already what it was in that version."), messages.INFO)
        if date_kept:
            message = _("Its date was left as it is: the earlier one would change whether readers see the article.")
            self.message_user(request, message, messages.WARNING)
        if lost:
            message = _("The files of these pictures are no more, and so they did not come back: %(names)s")
            self.message_user(request, message % {"names": _(", ").join(lost)}, messages.WARNING)
        return redirect("admin:archive_article_change", article_id)

    def _readable(self, request, article_id: int) -> Article:
        # Asked first: whether there is such an article is nobody else's.
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        article = get_object_or_404(self.get_queryset(request), pk=article_id)
        if not self.has_view_or_change_permission(request, article):
            raise PermissionDenied
        return article


def _without(fieldsets: list, *fields: str) -> list:
    """FIELDSETS without those that begin with one of FIELDS."""
    return [(name, options) for name, options in fieldsets if options["fields"][0] not in fields]


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
