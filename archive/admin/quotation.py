"""Quotations that were found: an editor confirms or refuses them, and mends who the speaker is."""

from django.contrib import admin, messages
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from archive.admin.article_inlines import CONTEXT_CHARS, Decision, PlainChoices
from archive.admin.columns import moment_column
from archive.admin.permissions import NoAdd
from archive.models import Quotation
from archive.search.quotations import wanted_words
from archive.text.dates import format_number
from archive.text.opening import opening

MAX_SHOWN_CHARS = 120


class DecidedFilter(admin.SimpleListFilter):
    title = gettext_lazy("decision")
    parameter_name = "decided"

    def lookups(self, request, model_admin):
        return [("no", _("not decided")), ("confirmed", _("confirmed")), ("refused", _("refused"))]

    def queryset(self, request, queryset):
        wanted = {"no": None, "confirmed": True, "refused": False}
        return queryset.filter(confirmed=wanted[self.value()]) if self.value() in wanted else queryset


class SpeakerFilter(admin.SimpleListFilter):
    title = gettext_lazy("speaker")
    parameter_name = "known"

    def lookups(self, request, model_admin):
        return [("yes", _("known")), ("words", _("in the article’s words only")), ("no", _("not named"))]

    def queryset(self, request, queryset):
        match self.value():
            case "yes":
                return queryset.filter(speaker__isnull=False)
            case "words":
                return queryset.filter(speaker=None).exclude(speaker_text="")
            case "no":
                return queryset.filter(speaker=None, speaker_text="")
        return queryset


@admin.register(Quotation)
class QuotationAdmin(NoAdd, PlainChoices, admin.ModelAdmin):
    list_display = ["shown_words", "shown_speaker", "speaker_text", "article_link", "shown_moment", "shown_decision"]
    list_display_links = ["shown_words"]
    list_filter = [DecidedFilter, SpeakerFilter, "kind", "source_kind"]
    list_select_related = ["speaker", "article"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["text"]
    search_help_text = gettext_lazy("Words that were said.")
    ordering = ["-listed_at", "-pk"]
    actions = ["confirm", "refuse"]
    autocomplete_fields = ["speaker"]
    fields = ["in_context", "speaker_text", "speaker", "confirmed", "kind", "source_kind", "article_link"]
    readonly_fields = ["in_context", "speaker_text", "kind", "source_kind", "article_link"]
    shown_moment = moment_column("listed_at", gettext_lazy("published at"))

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "confirmed":
            kwargs["widget"] = Decision
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_search_results(self, request, queryset, search_term):
        return queryset.filter(wanted_words(search_term)), False

    def save_model(self, request, quotation, form, change):
        if "speaker" in form.changed_data and quotation.confirmed is None:
            # Who mends the speaker has read the words: they stay when the article is read again.
            quotation.confirmed = True
        super().save_model(request, quotation, form, change)

    @admin.action(description=gettext_lazy("Confirm the selected quotations"), permissions=["change"])
    def confirm(self, request, quotations):
        self._decide(request, quotations, confirmed=True)

    @admin.action(description=gettext_lazy("Refuse the selected quotations"), permissions=["change"])
    def refuse(self, request, quotations):
        self._decide(request, quotations, confirmed=False)

    def _decide(self, request, quotations, *, confirmed: bool) -> None:
        changed = quotations.filter(~Q(confirmed=confirmed) | Q(confirmed=None)).update(confirmed=confirmed)
        if confirmed:
            message = ngettext("%(number)s quotation confirmed.", "%(number)s quotations confirmed.", changed)
        else:
            message = ngettext("%(number)s quotation refused.", "%(number)s quotations refused.", changed)
        number = format_number(changed, get_language())
        self.message_user(request, message % {"number": number}, messages.SUCCESS)

    @admin.display(description=gettext_lazy("words"))
    def shown_words(self, quotation):
        return format_html("<bdi>{}</bdi>", opening(quotation.text, max_chars=MAX_SHOWN_CHARS))

    @admin.display(description=gettext_lazy("speaker"))
    def shown_speaker(self, quotation):
        return quotation.speaker

    @admin.display(description=gettext_lazy("confirmed"))
    def shown_decision(self, quotation):
        return {True: _("confirmed"), False: _("refused")}.get(quotation.confirmed)

    @admin.display(description=gettext_lazy("article"))
    def article_link(self, quotation):
        url = reverse("admin:archive_article_change", args=[quotation.article_id])
        return format_html('<a href="{}"><bdi>{}</bdi></a>', url, quotation.article.title)

    @admin.display(description=gettext_lazy("words in the text"))
    def in_context(self, quotation):
        text, start, end = quotation.article.text, quotation.start, quotation.end
        return format_html(
            "<bdi>…{}<mark>{}</mark>{}…</bdi>",
            text[max(0, start - 4 * CONTEXT_CHARS) : start],
            text[start:end],
            text[end : end + CONTEXT_CHARS],
        )
