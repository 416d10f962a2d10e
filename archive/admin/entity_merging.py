"""Entities in the admin that are merged, parted again, split, or said to be two."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from archive.admin.change_log import ReadableLog
from archive.entities import merging, splitting
from archive.exceptions import DecisionError
from archive.forms import NumbersField
from archive.models import Article, Entity, EntityMerge, EntityPair
from archive.relinking import linked_names
from archive.tasks.names import request_pairs
from archive.text.dates import format_number
from archive.text.sentences import passage_around

MAX_MERGED = 10
MAX_FOUND = 12
MAX_ARTICLES_SHOWN = 200
PAIRS_PER_PAGE = 25


class MergeForm(forms.Form):
    """The numbers of the entities that are to be one."""

    ids = NumbersField()


class DismissForm(forms.Form):
    """A pair that waits, and is none."""

    pair = forms.ModelChoiceField(EntityPair.objects.filter(dismissed_at=None).select_related("first", "second"))


class SplitForm(forms.Form):
    """What of an entity another is: its own names, and the names and articles that go to it."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    name_latin = forms.CharField(
        label=gettext_lazy("Name in Latin letters"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    aliases = forms.TypedMultipleChoiceField(coerce=int, required=False, widget=forms.CheckboxSelectMultiple)
    articles = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *args, entity: Entity, articles: list[Article], **kwargs):
        super().__init__(*args, **kwargs)
        self.entity = entity
        self.fields["kind"].choices = [(value, capfirst(label)) for value, label in Entity.Kind.choices]
        self.fields["kind"].initial = entity.kind
        self.fields["aliases"].choices = [(alias.pk, alias.name) for alias in splitting.splittable_names(entity)]
        self.fields["articles"].choices = [(article.pk, article.title) for article in articles]

    def split(self) -> Entity:
        """Raises DecisionError when nothing was chosen."""
        data = self.cleaned_data
        return splitting.split(
            self.entity,
            kind=data["kind"],
            name=data["name"],
            name_latin=data["name_latin"],
            alias_ids=data["aliases"],
            article_ids=data["articles"],
        )


class MergingAdmin(ReadableLog):
    """The pages of the admin of entities on which one is made of two, and two of one."""

    def has_merge_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request) and self.has_delete_permission(request)

    def has_split_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request) and self.has_add_permission(request)

    def get_urls(self):
        ways = [
            ("merge/", self.merge_view, "merge", self.has_merge_permission),
            ("merges/<int:merge_id>/undo/", self.unmerge_view, "unmerge", self.has_merge_permission),
            ("pairs/", self.pairs_view, "pairs", self.has_merge_permission),
            ("pairs/look/", require_POST(self.look_view), "look", self.has_merge_permission),
            ("<int:entity_id>/split/", self.split_view, "split", self.has_split_permission),
        ]
        return [
            *(
                path(way, self.admin_site.admin_view(_for(allowed, view)), name=f"archive_entity_{name}")
                for way, view, name, allowed in ways
            ),
            *super().get_urls(),
        ]

    def history_view(self, request, object_id, extra_context=None):
        """The history, with the merges that can be undone."""
        entity = self.get_object(request, unquote(object_id))
        merges = EntityMerge.objects.filter(kept=entity, undone_at=None).select_related("made_by")
        may = {"merges": merges, "may_merge": self.has_merge_permission(request)}
        return super().history_view(request, object_id, may | (extra_context or {}))

    def _page(self, request, name: str, title: str, **context):
        page = self.admin_site.each_context(request) | {"opts": self.opts, "title": title} | context
        return render(request, f"admin/archive/entity/{name}.html", page)

    # --- Merging -------------------------------------------------------------------------------------------------

    @admin.action(description=gettext_lazy("Merge: they are one"), permissions=["merge"])
    def merge_entities(self, request, queryset):
        numbers = sorted(queryset.order_by().values_list("pk", flat=True)[: MAX_MERGED + 1])
        if not 2 <= len(numbers) <= MAX_MERGED:
            message = _("Choose from 2 to %(count)s entities to merge.") % {"count": _number(MAX_MERGED)}
            self.message_user(request, message, messages.WARNING)
            return None
        return redirect(_merge_address(numbers))

    def merge_view(self, request):
        """Which of the entities stays, what moves to it from the others, and the button that does it."""
        form = MergeForm(request.GET)
        numbers = form.cleaned_data["ids"] if form.is_valid() else []
        entities = list(Entity.objects.with_article_counts().filter(pk__in=numbers[:MAX_MERGED]).order_by("pk"))
        if request.method == "POST" and len(entities) > 1:
            kept = next((entity for entity in entities if str(entity.pk) == request.POST.get("kept")), None)
            if kept:
                self._merge(request, kept, [entity for entity in entities if entity != kept])
                return redirect("admin:archive_entity_change", kept.pk)
            self.message_user(request, _("Choose the one that stays."), messages.ERROR)
        rows = [
            {"entity": entity, "aliases": list(entity.aliases.all()), "moves": _moves(entity)} for entity in entities
        ]
        typed = request.GET.get("q", "")
        context = {"rows": rows, "typed": typed, "found": self._others(request, typed, entities)}
        context["suggested"] = max(entities, key=lambda entity: entity.article_count, default=None)
        context["kinds_differ"] = len({entity.kind for entity in entities}) > 1
        context["identifiers_differ"] = len({entity.wikidata_id for entity in entities} - {None}) > 1
        return self._page(request, "merge", _("Merge entities"), **context)

    def _others(self, request, typed: str, entities: list[Entity]) -> list[dict]:
        """Entities found by what was TYPED, each with the address of its merge with ENTITIES."""
        if not typed.strip():
            return []
        found, _distinct = self.get_search_results(request, Entity.objects.with_article_counts(), typed)
        numbers = [entity.pk for entity in entities]
        others = found.exclude(pk__in=numbers).order_by("-article_count", "name", "pk")[:MAX_FOUND]
        return [{"entity": other, "url": _merge_address([*numbers, other.pk])} for other in others]

    def _merge(self, request, kept: Entity, gone: list[Entity]) -> None:
        names = linked_names([kept.pk])
        shared = {name for entity in gone for name in linked_names([entity.pk]) & names}
        for entity in gone:
            try:
                merged = merging.merge(entity, kept, by=request.user)
            except DecisionError as problem:
                self.message_user(request, str(problem), messages.ERROR)
                continue
            self.log_change(request, kept, _log_line("added", _merged_name(), entity.name))
            undo = reverse("admin:archive_entity_unmerge", args=[merged.pk])
            message = format_html(
                _('“{gone}” and “{kept}” are one now. <a href="{undo}">Undo</a>'),
                gone=entity.label,
                kept=kept.label,
                undo=undo,
            )
            self.message_user(request, message, messages.SUCCESS)
        if shared:
            self.link_now(request, kept, shared)

    def unmerge_view(self, request, merge_id):
        """Asks once, and parts what was merged."""
        merged = get_object_or_404(EntityMerge.objects.select_related("kept", "made_by"), pk=merge_id)
        if request.method != "POST":
            return self._page(request, "unmerge", _("Undo a merge"), merged=merged)
        try:
            entity = merging.undo(merged)
        except DecisionError as problem:
            self.message_user(request, str(problem), messages.ERROR)
            return redirect("admin:archive_entity_change", merged.kept_id)
        self.log_change(request, merged.kept, _log_line("deleted", _merged_name(), entity.name))
        message = _("“%(name)s” is an entity of its own again.") % {"name": entity.label}
        self.message_user(request, message, messages.SUCCESS)
        self.link_now(request, entity, linked_names([entity.pk]))
        return redirect("admin:archive_entity_change", entity.pk)

    # --- Splitting -----------------------------------------------------------------------------------------------

    @admin.action(description=gettext_lazy("Split: it is two"), permissions=["split"])
    def split_entity(self, request, queryset):
        numbers = list(queryset.order_by().values_list("pk", flat=True)[:2])
        if len(numbers) != 1:
            self.message_user(request, _("Choose one entity to split."), messages.WARNING)
            return None
        return redirect("admin:archive_entity_split", numbers[0])

    def split_view(self, request, entity_id):
        """The names and articles of an entity, of which those ticked go to a new one."""
        entity = get_object_or_404(Entity, pk=entity_id)
        articles = list(splitting.mentioning_articles(entity).select_related("source")[:MAX_ARTICLES_SHOWN])
        form = SplitForm(request.POST or None, entity=entity, articles=articles)
        if request.method == "POST" and form.is_valid():
            try:
                new = form.split()
            except DecisionError as problem:
                form.add_error(None, str(problem))
            else:
                return self._after_split(request, entity, new)
        chosen = set(request.POST.getlist("articles"))
        places = [
            {"article": article, "sentence": _sentence(article), "chosen": str(article.pk) in chosen}
            for article in articles
        ]
        context = {"entity": entity, "form": form, "places": places}
        return self._page(request, "split", _("Split an entity"), **context)

    def _after_split(self, request, entity: Entity, new: Entity):
        self.log_addition(request, new, [{"added": {}}])
        self.log_change(request, entity, _log_line("deleted", _split_name(), new.name))
        message = format_html(
            _('“{new}” is an entity of its own now. <a href="{merge}">Merge the two again</a>'),
            new=new.label,
            merge=_merge_address([entity.pk, new.pk]),
        )
        self.message_user(request, message, messages.SUCCESS)
        self.link_now(request, new, linked_names([new.pk]))
        return redirect("admin:archive_entity_change", new.pk)

    # --- Pairs that may be one -----------------------------------------------------------------------------------

    def pairs_view(self, request):
        """The pairs that wait, the likeliest first; one is dismissed for good by sending its number."""
        waiting = EntityPair.objects.filter(dismissed_at=None)
        if request.method == "POST":
            form = DismissForm(request.POST)
            if not form.is_valid():
                raise Http404
            pair = form.cleaned_data["pair"]
            waiting.filter(pk=pair.pk).update(dismissed_at=timezone.now(), dismissed_by=request.user)
            self.log_change(
                request, pair.first, _log_line("deleted", _pair_name(), f"{pair.first.name} = {pair.second.name}")
            )
            message = _("“%(first)s” and “%(second)s” stay two, and are not shown again.")
            self.message_user(request, message % {"first": pair.first, "second": pair.second}, messages.SUCCESS)
            return redirect(request.get_full_path())
        page = Paginator(waiting.order_by("-likeness", "pk"), PAIRS_PER_PAGE).get_page(request.GET.get("p"))
        numbers = {number for pair in page for number in (pair.first_id, pair.second_id)}
        entities = Entity.objects.with_article_counts().in_bulk(numbers)
        rows = [
            {
                "pair": pair,
                "entities": [entities[pair.first_id], entities[pair.second_id]],
                "merge": _merge_address([pair.first_id, pair.second_id]),
            }
            for pair in page
        ]
        return self._page(request, "pairs", _("Entities that may be one"), rows=rows, page=page)

    def look_view(self, request):
        request_pairs()
        self.message_user(request, _("The worker looks for them: come back in a minute."), messages.SUCCESS)
        return redirect("admin:archive_entity_pairs")


def _for(allowed, view):
    def guarded(request, *args, **kwargs):
        if not allowed(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def _merge_address(numbers: list[int]) -> str:
    return reverse("admin:archive_entity_merge", query={"ids": ",".join(map(str, numbers))})


def _moves(entity: Entity) -> list[tuple[str, int]]:
    """What refers to ENTITY, as an editor calls it, and how much of it there is."""
    return [(moved.model._meta.verbose_name_plural, moved.count) for moved in merging.what_moves(entity)]


def _sentence(article: Article):
    """The sentence of the first mention; nothing where the whole article is meant."""
    start = article.first_mention
    return None if start is None else passage_around(article.text, start, start + 1)


def _log_line(what: str, name: str, thing: str) -> list[dict]:
    """What the log keeps: an English NAME, translated when read."""
    return [{what: {"name": name, "object": thing}}]


def _merged_name() -> str:
    with override(None):
        return str(EntityMerge._meta.verbose_name)


def _pair_name() -> str:
    with override(None):
        return str(EntityPair._meta.verbose_name)


def _split_name() -> str:
    with override(None):
        return _("part that is an entity of its own")


def _number(value: int) -> str:
    return format_number(value, get_language())
