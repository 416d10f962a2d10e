"""What editors tell search: words of the same meaning, and articles pinned to a query."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from archive.admin.change_log import ReadableLog
from archive.admin.labels import LabelledCells, LabelledFormSet, LabelledTabularInline
from archive.admin.row_conflicts import WatchedFormSet
from archive.models import Article, SearchPin, Synonym, SynonymGroup
from archive.models.fields import QueryKeyField, StemsField
from archive.search.meanings import MAX_RUN_WORDS
from archive.search.parser import is_plain, parse
from archive.text.dates import format_number
from archive.text.normalize import words
from archive.text.stop_words import is_stop_word

State = SynonymGroup.State

MAX_SYNONYMS = 12


# --- Words of the same meaning -----------------------------------------------------------------------------------


class SynonymForm(forms.ModelForm):
    def clean_text(self):
        text = " ".join(self.cleaned_data["text"].split())
        parts = words(text).split()
        if not parts:
            raise ValidationError(_("There is no word in this."))
        if len(parts) > MAX_RUN_WORDS:
            raise ValidationError(
                ngettext(
                    "A phrase may have %(count)s word at most.",
                    "A phrase may have %(count)s words at most.",
                    MAX_RUN_WORDS,
                )
                % {"count": format_number(MAX_RUN_WORDS, get_language())}
            )
        if all(map(is_stop_word, text.split())):
            raise ValidationError(
                _("“%(text)s” is so common that searches leave it out: it cannot stand for another word.")
                % {"text": text}
            )
        return text


class SynonymFormSet(LabelledFormSet):
    """Two words or more that the stems do not join already, and that no other group has."""

    def clean(self):
        super().clean()
        if any(self.errors):
            return
        texts = [form.cleaned_data["text"] for form in self.forms if form.cleaned_data and not self._leaves(form)]
        if len(texts) < 2:
            raise ValidationError(_("Give two words or phrases at least, of which one is to find the other."))
        by_key: dict[str, str] = {}
        for text in texts:
            key = StemsField.derive(text)
            if key in by_key:
                raise ValidationError(
                    _("“%(one)s” and “%(other)s” find each other already: one of them is enough.")
                    % {"one": by_key[key], "other": text}
                )
            by_key[key] = text
        if taken := taken_by_others(self.instance, by_key).first():
            raise ValidationError(
                _("“%(text)s” is in another group already: %(group)s. Add the others to that one.")
                % {"text": by_key[taken.key], "group": taken.group}
            )

    def _leaves(self, form) -> bool:
        return self.can_delete and self._should_delete_form(form)


def taken_by_others(group: SynonymGroup, keys):
    """Those words of other groups in force that have one of KEYS."""
    in_force = Synonym.objects.filter(key__in=keys, group__state=State.CONFIRMED)
    return in_force.exclude(group=group.pk).select_related("group")


class SynonymInline(LabelledTabularInline):
    model = Synonym
    form = SynonymForm
    formset = SynonymFormSet
    fields = ["text"]
    max_num = MAX_SYNONYMS

    def get_extra(self, request, obj=None, **kwargs):
        return 1 if obj else 3


@admin.register(SynonymGroup)
class SynonymGroupAdmin(ReadableLog):
    inlines = [SynonymInline]
    list_display = ["__str__", "state", "origin", "shown_score"]
    list_filter = ["state", "origin"]
    list_per_page = 50
    # Shows the search box; a word is found in any of its forms.
    search_fields = ["synonyms__text"]
    search_help_text = gettext_lazy("A word or phrase of the group, in any spelling.")
    show_full_result_count = False
    fields = ["state", "origin", "shown_score"]
    readonly_fields = ["origin", "shown_score"]
    actions = ["confirm", "refuse"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("synonyms")

    def get_fields(self, request, obj=None):
        """Only what was learned has a likeness."""
        return self.fields if obj and obj.origin == SynonymGroup.Origin.LEARNED else ["state"]

    def get_search_results(self, request, queryset, search_term):
        key = StemsField.derive(search_term)
        if not key:
            return queryset, False
        holding = Synonym.objects.filter(Q(key=key) | Q(key__startswith=f"{key} ") | Q(key__endswith=f" {key}"))
        return queryset.filter(Exists(holding.filter(group=OuterRef("pk")))), False

    @admin.display(description=gettext_lazy("likeness"), ordering="score")
    def shown_score(self, group):
        if not group.score:
            return None
        return _("%(number)s%%") % {"number": format_number(round(group.score * 100), get_language())}

    @admin.action(description=gettext_lazy("Confirm: let them find each other"), permissions=["change"])
    def confirm(self, request, queryset):
        confirmed = 0
        for group in queryset.exclude(state=State.CONFIRMED):
            if taken := taken_by_others(group, group.synonyms.values("key")).first():
                self.message_user(
                    request,
                    _("“%(group)s” was not confirmed: “%(text)s” is in another group already: %(other)s.")
                    % {"group": group, "text": taken.text, "other": taken.group},
                    messages.WARNING,
                )
                continue
            self._set(request, group, State.CONFIRMED)
            confirmed += 1
        message = ngettext("%(count)s group was confirmed.", "%(count)s groups were confirmed.", confirmed)
        self._tell(request, message, confirmed)

    @admin.action(description=gettext_lazy("Refuse: never propose them again"), permissions=["change"])
    def refuse(self, request, queryset):
        groups = list(queryset.exclude(state=State.REFUSED))
        for group in groups:
            self._set(request, group, State.REFUSED)
        message = ngettext("%(count)s group was refused.", "%(count)s groups were refused.", len(groups))
        self._tell(request, message, len(groups))

    def _set(self, request, group: SynonymGroup, state: str) -> None:
        group.state = state
        group.save(update_fields=["state"])
        self.log_change(request, group, [{"changed": {"fields": ["state"]}}])

    def _tell(self, request, message: str, count: int) -> None:
        level = messages.SUCCESS if count else messages.WARNING
        self.message_user(request, message % {"count": format_number(count, get_language())}, level)


# --- Pinned articles ---------------------------------------------------------------------------------------------


class PinForm(forms.ModelForm):
    def clean_query(self):
        text = " ".join(self.cleaned_data["query"].split())
        query = parse(text)
        if not query.words:
            raise ValidationError(_("There is no word in this."))
        if query.problems or query.excluded or not all(map(is_plain, query.wanted)):
            raise ValidationError(
                _("An article is pinned to plain words: leave out quotation marks, fields and other operators.")
            )
        return text

    def clean(self):
        cleaned = super().clean()
        # Beside an article that is new itself it has no twin.
        article, query = cleaned.get("article"), cleaned.get("query")
        if article and article.pk and query and self._has_twin(article, query):
            self.add_error("query", _("The article is pinned to these words already."))
        return cleaned

    def _has_twin(self, article: Article, query: str) -> bool:
        twins = SearchPin.objects.filter(article=article, key=QueryKeyField.derive(query))
        return twins.exclude(pk=self.instance.pk).exists()


class PinFormSet(WatchedFormSet):
    def clean(self):
        super().clean()
        keys = set()
        for form in self.forms:
            query = getattr(form, "cleaned_data", {}).get("query")
            if not query or self._should_delete_form(form):
                continue
            key = QueryKeyField.derive(query)
            if key in keys:
                form.add_error("query", _("The article is pinned to these words already."))
            keys.add(key)


class PinInline(LabelledTabularInline):
    model = SearchPin
    form = PinForm
    formset = PinFormSet
    fields = ["query", "position"]
    extra = 0
    classes = ["collapse"]
    verbose_name = gettext_lazy("search that it stands first in")
    verbose_name_plural = gettext_lazy("searches that it stands first in")


@admin.register(SearchPin)
class SearchPinAdmin(LabelledCells, ReadableLog):
    form = PinForm
    list_display = ["query", "article_link", "position", "shown_state", "search_link"]
    list_editable = ["position"]
    list_select_related = ["article"]
    list_per_page = 50
    search_fields = ["query"]
    search_help_text = gettext_lazy("Words of the query, in any spelling.")
    show_full_result_count = False
    autocomplete_fields = ["article"]
    fields = ["query", "article", "position"]

    def get_search_results(self, request, queryset, search_term):
        for stem in QueryKeyField.derive(search_term).split():
            queryset = queryset.filter(key__contains=stem)
        return queryset, False

    def get_changelist_form(self, request, **kwargs):
        """The list changes positions alone, which need no look at the query."""
        return super().get_changelist_form(request, **(kwargs | {"form": forms.ModelForm}))

    @admin.display(description=gettext_lazy("article"), ordering="article__title")
    def article_link(self, pin):
        url = reverse("admin:archive_article_change", args=[pin.article_id])
        return format_html('<a href="{}"><bdi>{}</bdi></a>', url, pin.article)

    @admin.display(description=gettext_lazy("state"))
    def shown_state(self, pin):
        """Readers see it only where the article is published."""
        return Article.Status(pin.article.status).label

    @admin.display(description=gettext_lazy("results"))
    def search_link(self, pin):
        url = reverse("archive:search", query={"q": pin.query})
        return format_html('<a href="{}">{}</a>', url, _("Show the results"))
