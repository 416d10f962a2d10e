"""Sections, sources and authors in the admin."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, F, IntegerField, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from archive.admin.addresses import HTTPS_ADDRESSES
from archive.admin.change_log import ReadableLog
from archive.admin.columns import latin_column
from archive.admin.deletion import PlainDeletion
from archive.admin.labels import LabelledCells
from archive.admin.text_boxes import SHORT_TEXTS
from archive.models import Article, Author, Section, Source
from archive.text.dates import format_number
from archive.text.slugs import NO_SLUG, slugify


def with_counts(queryset: QuerySet[Model], field: str) -> QuerySet[Model]:
    """QUERYSET with `article_count`: the articles, in any state, whose FIELD names each row."""
    counted = Article.objects.filter(**{field: OuterRef("pk")}).order_by().annotate(owner=F(field))
    counts = counted.values("owner").annotate(n=Count("pk")).values("n")
    return queryset.annotate(article_count=Coalesce(Subquery(counts, output_field=IntegerField()), 0))


def count_link(count: int, query: str) -> str:
    """COUNT, leading to the article list with QUERY."""
    shown = format_number(count, get_language())
    return format_html('<a href="{}?{}">{}</a>', reverse("admin:archive_article_changelist"), query, shown)


class CountedAdmin(ReadableLog):
    """Things that articles belong to by the field COUNTED_BY, listed with how many."""

    counted_by = ""
    show_full_result_count = False
    shown_name_latin = latin_column("name_latin", _("name in Latin letters"))

    def get_queryset(self, request):
        return with_counts(super().get_queryset(request), self.counted_by)

    @admin.display(description=_("articles"), ordering="article_count")
    def shown_articles(self, thing):
        return count_link(thing.article_count, f"{self.counted_by}__id__exact={thing.pk}")


class AddressedForm(forms.ModelForm):
    def clean(self):
        """An address of signs alone reads as "-", and the next thing named so would want the same."""
        cleaned = super().clean()
        named = cleaned.get("slug") or cleaned.get("name")
        if named and slugify(named) == NO_SLUG:
            self.add_error("slug", _("Signs alone make no address: write one of letters or digits."))
        return cleaned

    def _post_clean(self):
        """An address that was not typed is made from the name: when it is taken, the name is to blame."""
        super()._post_clean()
        if self.has_error("slug", "unique") and not self["slug"].data:
            del self.errors["slug"]
            self.add_error("name", _("This name, or one that makes the same address, is here already."))


@admin.register(Section)
class SectionAdmin(LabelledCells, CountedAdmin):
    form = AddressedForm
    counted_by = "section"
    formfield_overrides = SHORT_TEXTS
    list_display = ["name", "shown_name_latin", "position", "shown_articles"]
    list_editable = ["position"]
    search_fields = ["name", "name_latin", "slug"]
    fields = ["name", "name_latin", "description", "description_latin", "position", "slug"]
    view_on_site = True


@admin.register(Source)
class SourceAdmin(CountedAdmin):
    form = AddressedForm
    counted_by = "source"
    formfield_overrides = HTTPS_ADDRESSES | SHORT_TEXTS
    list_display = ["name", "shown_name_latin", "url", "shown_articles"]
    search_fields = ["name", "name_latin", "slug"]
    fields = ["name", "name_latin", "description", "description_latin", "url", "time_zone", "slug"]


class AuthorForm(forms.ModelForm):
    def clean_name(self):
        """The database would refuse a second author of one name too, but by the name of its constraint."""
        name = self.cleaned_data["name"]
        if Author.objects.filter(name__iexact=name).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("There is an author of this name already."))
        return name


@admin.register(Author)
class AuthorAdmin(PlainDeletion, CountedAdmin):
    form = AuthorForm
    counted_by = "authors"
    list_display = ["name", "shown_name_latin", "shown_articles"]
    search_fields = ["name", "name_latin"]
