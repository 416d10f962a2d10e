"""Stories in the admin: their names and articles, two made one, and an article that is taken out."""

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from archive import locks
from archive.admin.article_inlines import PlainChoices
from archive.admin.change_log import ReadableLog
from archive.admin.columns import moment_column, yes_no_column
from archive.admin.labels import LabelledTabularInline
from archive.models import Story, StoryArticle
from archive.stories.changing import merge, renew
from archive.text.dates import format_number

MAX_MERGED = 20


class StoryForm(forms.ModelForm):
    def clean_title(self):
        return " ".join(self.cleaned_data["title"].split())

    def clean(self):
        """A name that was typed is an editor's; without one, the story is called by its headlines again."""
        cleaned = super().clean()
        if "title" in self.changed_data:
            self.instance.is_named = bool(cleaned.get("title"))
        return cleaned


class StoryArticleInline(PlainChoices, LabelledTabularInline):
    model = StoryArticle
    fields = ["article", "origin", "taken_out"]
    readonly_fields = ["origin"]
    autocomplete_fields = ["article"]
    extra = 0

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("article")

    def has_delete_permission(self, request, obj=None):
        """What is deleted would be found again: taken out, it stays out."""
        return False


@admin.register(Story)
class StoryAdmin(ReadableLog):
    form = StoryForm
    inlines = [StoryArticleInline]
    list_display = ["shown_title", "shown_articles", "shown_last", "shown_named", "page_link"]
    list_display_links = ["shown_title"]
    list_filter = ["is_named"]
    list_per_page = 50
    search_fields = ["title", "places__article__title"]
    search_help_text = gettext_lazy("Words of its name, or of a headline in it, as they are written.")
    show_full_result_count = False
    fields = ["title", "is_named", "shown_last"]
    readonly_fields = ["is_named", "shown_last"]
    actions = ["merge_stories"]
    view_on_site = False
    shown_last = moment_column("last_at", gettext_lazy("last article"))
    shown_named = yes_no_column("is_named", Story._meta.get_field("is_named").verbose_name)

    def get_queryset(self, request):
        stories = super().get_queryset(request).filter(merged_into=None)
        listing = request.resolver_match and request.resolver_match.url_name == "archive_story_changelist"
        return stories.with_article_counts() if listing else stories

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        if "title" in form.base_fields:
            form.base_fields["title"].help_text = _(
                "Left empty, the story is called by the headlines of its articles."
            )
        return form

    def save_related(self, request, form, formsets, change):
        with transaction.atomic():
            locks.hold(locks.Lock.STORIES)
            super().save_related(request, form, formsets, change)
            renew(form.instance.pk)

    @admin.display(description=gettext_lazy("title"), ordering="title")
    def shown_title(self, story):
        return story.title or _("not named yet")

    @admin.display(description=gettext_lazy("articles"), ordering="article_count")
    def shown_articles(self, story):
        return format_number(story.article_count, get_language())

    @admin.display(description=gettext_lazy("page"))
    def page_link(self, story):
        url = reverse("archive:story-detail", args=[story.pk, story.slug])
        return format_html('<a href="{}">{}</a>', url, _("Show the page"))

    @admin.action(description=gettext_lazy("Make them one story"), permissions=["change"])
    def merge_stories(self, request, queryset):
        """The one that an editor named stays, or the oldest; the addresses of the others lead to it."""
        ids = list(queryset.order_by("pk").values_list("pk", flat=True)[: MAX_MERGED + 1])
        if not 2 <= len(ids) <= MAX_MERGED:
            message = _("Select between 2 and %(most)s stories that are one.")
            self.message_user(
                request, message % {"most": format_number(MAX_MERGED, get_language())}, messages.WARNING
            )
            return
        with transaction.atomic():
            locks.hold(locks.Lock.STORIES)
            kept = ids[0]
            for story_id in ids[1:]:
                kept = merge(kept, story_id)
        story = Story.objects.get(pk=kept)
        self.log_change(request, story, [{"changed": {"fields": ["articles of the story"]}}])
        url = reverse("admin:archive_story_change", args=[kept])
        message = format_html('{} <a href="{}"><bdi>{}</bdi></a>', _("They are one story now:"), url, story)
        self.message_user(request, message, messages.SUCCESS)
