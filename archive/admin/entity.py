"""Entities in the admin, found by any of their names, in Arabic or Latin letters."""

import re
from collections.abc import Collection, Iterator

from django import forms
from django.contrib import admin, messages
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from archive.admin.columns import latin_column
from archive.admin.deletion import PlainDeletion
from archive.admin.entity_merging import MergingAdmin
from archive.admin.labels import LabelledTabularInline
from archive.admin.text_boxes import SHORT_TEXTS
from archive.entities.linking import link_mentions
from archive.entities.names import named
from archive.models import Alias, Entity, EntityPair, SearchName
from archive.relinking import Relinked, articles_to_relink, articles_with_names, linked_names, relink
from archive.text.dates import format_number
from archive.text.normalize import words

LINKED_ON_SAVE = 300
LINKED_BY_ACTION = 2_000
"""So many articles at most are linked while an editor waits."""

IDS_SHOWN = 50

_WIKIDATA_ID = re.compile(r"^[Qq][1-9][0-9]*$")
_ALIAS_NAME = re.compile(r"^(?P<row>aliases-\d+)-name$")


class AliasInline(LabelledTabularInline):
    model = Alias
    fields = ["name", "script", "kind", "ambiguous"]
    extra = 0


class EntityForm(forms.ModelForm):
    namesake = forms.BooleanField(
        label=_("Another of the same name, indeed"), required=False, widget=forms.HiddenInput
    )

    def clean(self):
        """A name that another has is most often the same entity, added twice: that it is not is asked for once."""
        cleaned = super().clean()
        if shared := self._shared_names():
            self.fields["namesake"].widget = forms.CheckboxInput()
            if not cleaned.get("namesake"):
                for name, entities in shared.items():
                    self.add_error("namesake", _namesake_message(name, entities))
        return cleaned

    def _shared_names(self) -> dict[str, list[Entity]]:
        """The names given now that others have, with those others."""
        given = {words(name): name for name in self._given_names()}
        known = set(self.instance.aliases.values_list("key", flat=True)) if self.instance.pk else set()
        others = Alias.objects.filter(key__in=given.keys() - known - {""}).exclude(entity=self.instance.pk)
        shared: dict[str, dict[int, Entity]] = {}
        for alias in others.select_related("entity").order_by("entity"):
            shared.setdefault(given[alias.key], {})[alias.entity_id] = alias.entity
        return {name: list(entities.values()) for name, entities in shared.items()}

    def _given_names(self) -> Iterator[str]:
        """The main names, and those of the table below: but for the ones that are said to be another's too."""
        yield from filter(None, (self.cleaned_data.get("name"), self.cleaned_data.get("name_latin")))
        for key, value in self.data.items():
            if (row := _ALIAS_NAME.match(key)) and not {f"{row['row']}-{box}" for box in ("DELETE", "ambiguous")} & (
                self.data.keys()
            ):
                yield value


@admin.register(Entity)
class EntityAdmin(PlainDeletion, MergingAdmin):
    form = EntityForm
    inlines = [AliasInline]
    formfield_overrides = SHORT_TEXTS
    nameless = [SearchName, EntityPair]
    list_display = ["name", "shown_name_latin", "kind", "wikidata_link", "shown_articles"]
    list_filter = ["kind", "from_starter_list"]
    actions = ["link_articles", "merge_entities", "split_entity"]
    shown_name_latin = latin_column("name_latin", _("name in Latin letters"))
    # Shows the search box and answers to autocomplete; what is typed is looked for in every name.
    search_fields = ["name"]
    search_help_text = _("Any spelling of any name, in Arabic or Latin letters, or a Wikidata identifier.")
    show_full_result_count = False
    list_per_page = 50
    fields = [
        *("kind", "name", "name_latin", "namesake", "description", "description_latin", "wikidata_id"),
        *("latitude", "longitude"),
    ]

    def get_queryset(self, request):
        entities = super().get_queryset(request)
        listing = request.resolver_match and request.resolver_match.url_name == "archive_entity_changelist"
        return entities.with_article_counts() if listing else entities

    def get_fields(self, request, obj=None):
        """Who may only look is asked nothing."""
        fields = super().get_fields(request, obj)
        asked = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return fields if asked else [field for field in fields if field != "namesake"]

    def get_search_results(self, request, queryset, search_term):
        return _named(queryset, search_term), False

    def save_model(self, request, obj, form, change):
        obj.from_starter_list = False
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        entity = form.instance
        known = linked_names([entity.pk])
        super().save_related(request, form, formsets, change)
        former = {form.initial.get(field) for field in ("name", "name_latin") if field in form.changed_data}
        keep_names(entity, former - {None, ""})
        if changed := known ^ linked_names([entity.pk]):
            self.link_now(request, entity, changed)

    def link_now(self, request, entity: Entity, names: Collection[str]) -> None:
        """Link the articles that may hold the changed NAMES, or say how that is done if they are many."""
        articles = articles_with_names(names, limit=LINKED_ON_SAVE + 1)
        if len(articles) <= LINKED_ON_SAVE:
            self._tell(request, relink([entity.pk], articles))
            return
        message = gettext(
            "More than %(limit)s articles may hold the changed names. To link them, select the entity in the list of "
            "entities and choose the action “%(action)s”."
        )
        action = gettext("Link the archive's articles")
        self.message_user(request, message % {"limit": _number(LINKED_ON_SAVE), "action": action}, messages.WARNING)

    def delete_model(self, request, obj):
        articles = articles_to_relink([obj.pk], limit=LINKED_ON_SAVE + 1)
        super().delete_model(request, obj)
        self._link_others(request, articles, limit=LINKED_ON_SAVE)

    def delete_queryset(self, request, queryset):
        articles = articles_to_relink(list(queryset.values_list("pk", flat=True)), limit=LINKED_BY_ACTION + 1)
        super().delete_queryset(request, queryset)
        self._link_others(request, articles, limit=LINKED_BY_ACTION)

    def _link_others(self, request, articles: Collection[int], *, limit: int) -> None:
        """Link the shorter names, and the names of others, that stand where the names of deleted entities stood."""
        if len(articles) <= limit:
            link_mentions(sorted(articles), read_again=True)
            return
        message = gettext(
            "More than {limit} articles may hold the deleted names. "
            "This command links the other names in them: {command}"
        )
        self._tell_command(request, message, limit, "script/manage link_entities")

    @admin.action(description=_("Link the archive's articles"), permissions=["change"])
    def link_articles(self, request, queryset):
        """Find the names of the entities in the articles that are in the archive."""
        entity_ids = list(queryset.order_by("pk").values_list("pk", flat=True))
        articles = articles_to_relink(entity_ids, limit=LINKED_BY_ACTION + 1)
        if len(articles) <= LINKED_BY_ACTION:
            self._tell(request, relink(entity_ids, articles))
            return
        message = gettext("More than {limit} articles may hold these names. This command links them: {command}")
        numbers = entity_ids if len(entity_ids) <= IDS_SHOWN else []
        command = " ".join(["script/manage link_entities", *map(str, numbers)])
        self._tell_command(request, message, LINKED_BY_ACTION, command)

    def _tell_command(self, request, message: str, limit: int, command: str) -> None:
        shown = format_html('<bdi dir="ltr"><code>{}</code></bdi>', command)
        self.message_user(request, format_html(message, limit=_number(limit), command=shown), messages.WARNING)

    def _tell(self, request, relinked: Relinked) -> None:
        gained, lost = relinked
        if gained:
            message = ngettext(
                "%(count)s more article is linked now.", "%(count)s more articles are linked now.", gained
            )
            self.message_user(request, message % {"count": _number(gained)}, messages.SUCCESS)
        if lost:
            message = ngettext(
                "%(count)s article is no longer linked.", "%(count)s articles are no longer linked.", lost
            )
            self.message_user(request, message % {"count": _number(lost)}, messages.SUCCESS)
        if not gained and not lost:
            self.message_user(request, gettext("There were no more articles to link."), messages.SUCCESS)

    @admin.display(description=_("articles"), ordering="article_count")
    def shown_articles(self, entity):
        url = reverse("archive:entity-detail", args=[entity.pk, entity.slug])
        return format_html('<a href="{}">{}</a>', url, _number(entity.article_count))

    @admin.display(description=_("Wikidata"), ordering="wikidata_id")
    def wikidata_link(self, entity):
        if not entity.wikidata_id:
            return None
        address = "https://www.wikidata.org/wiki/"
        return format_html('<a href="{}{}" rel="noreferrer">{}</a>', address, *[entity.wikidata_id] * 2)


def keep_names(entity: Entity, former: set[str]) -> None:
    """Make the main names of ENTITY aliases of it; those of FORMER that are main no longer stay as spellings."""
    main = {entity.name, entity.name_latin}
    entity.aliases.filter(name__in=former - main, kind=Alias.Kind.NAME).update(kind=Alias.Kind.SPELLING)
    entity.keep_main_names()


def _namesake_message(name: str, entities: Collection[Entity]) -> SafeString:
    links = format_html_join(
        gettext(", "),
        '<a href="{}" target="_blank">{}</a> ({})',
        (
            (reverse("admin:archive_entity_change", args=[entity.pk]), entity.label, entity.get_kind_display())
            for entity in entities
        ),
    )
    message = gettext(
        "“{name}” is a name already here: {entities}. What two share is not linked by itself in new articles; "
        "if this is another, say so below."
    )
    return format_html(message, name=name, entities=links)


def _named(entities, text: str):
    """ENTITIES with a name like TEXT, or a word of it that begins so, or with that Wikidata identifier."""
    if _WIKIDATA_ID.match(text.strip()):
        return entities.filter(wikidata_id=text.strip().upper())
    return named(entities, text) if words(text) else entities


def _number(value: int) -> str:
    return format_number(value, get_language())
