"""The related articles that were found, in the form of an article: an editor pins one, or has it never come back."""

from collections.abc import Iterable

from django import forms
from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext_lazy as _

from archive.admin.article_inlines import PlainChoices
from archive.admin.labels import LabelledTabularInline
from archive.admin.row_conflicts import WatchedFormSet
from archive.models import Article, ArticleLink, RefusedLink
from archive.relations import Related, related

PIN, NEVER = "pin", "never"
DECISIONS = [("", _("leave")), (PIN, _("pin: always show it")), (NEVER, _("never show it"))]
PREFIX = "related-"


class DecisionsWidget(forms.Widget):
    """A row for each article found, with what may be decided about it; the value is {id: decision}."""

    template_name = "admin/archive/widgets/related_decisions.html"
    found: Iterable[Related] = ()

    def get_context(self, name, value, attrs):
        decided = value or {}
        rows = [(one, f"{PREFIX}{one.article.pk}", decided.get(one.article.pk, "")) for one in self.found]
        return super().get_context(name, value, attrs) | {"rows": rows, "decisions": DECISIONS}

    def value_from_datadict(self, data, files, name):
        known = {value for value, _label in DECISIONS if value}
        return {
            int(key.removeprefix(PREFIX)): value
            for key, value in data.items()
            if key.startswith(PREFIX) and key.removeprefix(PREFIX).isdecimal() and value in known
        }

    def id_for_label(self, id_):
        return ""


class DecisionsField(forms.Field):
    widget = DecisionsWidget

    def has_changed(self, initial, data):
        return bool(data)


def show_related(field: DecisionsField, article: Article) -> None:
    """Let FIELD show what was computed for ARTICLE, without what is linked already."""
    linked = article.links.filter(to_article__isnull=False).values_list("to_article", flat=True)
    field.widget.found = related(article, excluding=list(linked))


def decide(article: Article, decisions: dict[int, str], user: AbstractBaseUser) -> None:
    """Carry out DECISIONS about the articles with these ids."""
    for other in Article.objects.filter(pk__in=decisions).exclude(pk=article.pk):
        if decisions[other.pk] == NEVER:
            RefusedLink.objects.get_or_create(article=article, other=other, defaults={"refused_by": user})
        else:
            ArticleLink.objects.update_or_create(
                from_article=article,
                to_article=other,
                kind=ArticleLink.Kind.RELATED,
                defaults={"origin": ArticleLink.Origin.EDITOR},
            )


class RefusedLinkInline(PlainChoices, LabelledTabularInline):
    model = RefusedLink
    formset = WatchedFormSet
    fk_name = "article"
    fields = ["other"]
    autocomplete_fields = ["other"]
    extra = 0
    classes = ["collapse"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("other", "article")
