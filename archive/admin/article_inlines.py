"""What is edited together with an article: its links, its mentions, its pictures."""

from pathlib import PurePath

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from archive.admin.addresses import HTTPS_ADDRESSES, PageAddressField
from archive.admin.date_boxes import EITHER_DIGITS
from archive.admin.labels import LabelledTabularInline
from archive.admin.mention_decisions import decision_buttons, found_by, refuse_everywhere
from archive.admin.permissions import NoAddOrDelete
from archive.admin.row_conflicts import WatchedFormSet
from archive.exceptions import PictureError
from archive.models import Article, ArticleCopy, ArticleLink, Correction, Image, Mention
from archive.pictures import ending_of, without_metadata
from archive.text.dates import format_date

CONTEXT_CHARS = 30
MAX_COPIES_SHOWN = 50
MAX_MENTIONS_SHOWN = 200
"""A form of more rows would pass the limit of fields in one request."""


class PlainChoices(admin.options.BaseModelAdmin):
    """Choices of related things without the buttons that change or delete them for every article at once."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_change_related = field.widget.can_delete_related = False
            if field.widget.widget.allow_multiple_selected:
                # Each is taken out by itself; the button for all would stand in their list and be none of them.
                field.widget.widget.is_required = True
        return field


class ArticleLinkForm(forms.ModelForm):
    class Meta:
        field_classes = {"url": PageAddressField}
        widgets = {
            "title": forms.TextInput(attrs={"class": "vTextField"}),
            "url": forms.TextInput(attrs={"class": "vTextField", "dir": "ltr"}),
        }


class ArticleLinkInline(PlainChoices, LabelledTabularInline):
    model = ArticleLink
    formset = WatchedFormSet
    form = ArticleLinkForm
    fk_name = "from_article"
    fields = ["kind", "to_article", "title", "url", "position", "origin"]
    readonly_fields = ["origin"]
    autocomplete_fields = ["to_article"]
    extra = 0
    classes = ["collapse"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("to_article", "from_article")


class FixedEntity(forms.Widget):
    """The entity of a mention that is there already: its name, and no list of all others behind it."""

    template_name = "admin/archive/widgets/fixed_entity.html"


class FixedEntityField(forms.Field):
    """Always the entity it was given, whatever is sent."""

    widget = FixedEntity

    def __init__(self, entity, **kwargs):
        super().__init__(disabled=True, **kwargs)
        self.entity = entity

    def prepare_value(self, value):
        return str(self.entity)

    def clean(self, value):
        return self.entity


class Decision(forms.NullBooleanSelect):
    def __init__(self, attrs=None):
        super().__init__(attrs)
        self.choices = [("unknown", _("not decided")), ("true", _("confirmed")), ("false", _("refused"))]


class MentionDecision(Decision):
    """A decision about a mention, or about its entity in the whole article: what clicks do, without scripts."""

    EVERYWHERE = "everywhere"

    def __init__(self, attrs=None):
        super().__init__(attrs)
        self.choices = [*self.choices, (self.EVERYWHERE, _("refused everywhere in this article"))]

    def value_from_datadict(self, data, files, name):
        return False if data.get(name) == self.EVERYWHERE else super().value_from_datadict(data, files, name)


class MentionForm(forms.ModelForm):
    class Meta:
        widgets = {"confirmed": MentionDecision}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk and "entity" in self.fields:
            self.fields["entity"] = FixedEntityField(self.instance.entity, label=self.fields["entity"].label)

    def has_changed(self):
        return self._is_refused_everywhere() or super().has_changed()

    def _is_refused_everywhere(self) -> bool:
        return self.data.get(self.add_prefix("confirmed")) == MentionDecision.EVERYWHERE

    def _post_clean(self):
        # An article may have hundreds; those that nobody touched need no queries to be found valid again.
        if self.instance._state.adding or self.has_changed():
            super()._post_clean()

    def save(self, commit=True):
        if self.instance._state.adding:
            self.instance.method = Mention.Method.EDITOR
        mention = super().save(commit)
        if self._is_refused_everywhere():
            refuse_everywhere(mention)
        return mention


class MentionInline(PlainChoices, LabelledTabularInline):
    model = Mention
    formset = WatchedFormSet
    form = MentionForm
    fields = ["entity", "words", "shown_method", "confirmed", "ways"]
    readonly_fields = ["words", "shown_method", "ways"]
    autocomplete_fields = ["entity"]
    extra = 0
    classes = ["collapse"]

    class Media:
        js = [forms.Script("admin_sijill/mentions.js", defer=True)]

    def get_fields(self, request, obj=None):
        """Who may only look decides nothing."""
        fields = super().get_fields(request, obj)
        of_article = self.admin_site.get_model_admin(Article)
        may = self.has_change_permission(request, obj) and of_article.has_change_permission(request, obj)
        return fields if may else [field for field in fields if field != "ways"]

    def get_queryset(self, request):
        mentions = super().get_queryset(request).select_related("entity", "article")
        article_id = request.resolver_match.kwargs.get("object_id")
        if article_id is None:
            return mentions
        # Those that are left to be decided about come first; the form may not hold the others too.
        undecided_first = F("confirmed").asc(nulls_first=True)
        shown = Mention.objects.filter(article=article_id).order_by(undecided_first, "start", "pk")
        return mentions.filter(pk__in=list(shown.values_list("pk", flat=True)[:MAX_MENTIONS_SHOWN]))

    @admin.display(description=_("found by"))
    def shown_method(self, mention):
        return found_by(mention)

    @admin.display(description=_("decide at once"))
    def ways(self, mention):
        return decision_buttons(mention) if mention.pk else self.get_empty_value_display()

    @admin.display(description=_("words in the text"))
    def words(self, mention):
        """The mention as it stands in the text, with what surrounds it."""
        if mention.start is None:
            return _("the whole article")
        text, start, end = mention.article.text, mention.start, mention.end
        return format_html(
            "<bdi>…{}<mark>{}</mark>{}…</bdi>",
            text[max(0, start - CONTEXT_CHARS) : start],
            text[start:end],
            text[end : end + CONTEXT_CHARS],
        )


class ArticleCopyForm(forms.ModelForm):
    def clean(self):
        cleaned = super().clean()
        if cleaned.get("confirmed") and cleaned.get("refused"):
            raise ValidationError(_("It is either a copy or none."))
        return cleaned


class ArticleCopyInline(NoAddOrDelete, LabelledTabularInline):
    """The copies of the article's text that were found, and the boxes that say so, or part it from them."""

    model = ArticleCopy
    form = ArticleCopyForm
    formset = WatchedFormSet
    fields = ["others", "confirmed", "refused"]
    readonly_fields = ["others"]
    extra = 0
    classes = ["collapse"]

    @admin.display(description=_("the same text"))
    def others(self, copy):
        """The other articles of the group, each with its paper and its day."""
        articles = Article.objects.filter(copies__group=copy.group_id, copies__refused=False).exclude(
            pk=copy.article_id
        )
        rows = [
            (
                reverse("admin:archive_article_change", args=[article.pk]),
                article.title,
                article.source.label,
                _(", "),
                format_date(timezone.localtime(article.published_at), get_language(), precision="day", short=True)
                if article.published_at
                else _("no date"),
            )
            for article in articles.for_lines().order_by("listed_at", "pk")[:MAX_COPIES_SHOWN]
        ]
        return format_html_join("", '<p><a href="{}">{}</a> — <bdi>{}</bdi>{}<bdi>{}</bdi></p>', rows)


class PictureField(forms.ImageField):
    """A picture that every browser shows, without what its camera says of place and time.

    What it is, and is called, goes by its content, whatever the browser says of it.
    """

    def to_python(self, data):
        if data in self.empty_values:
            return super().to_python(data)
        try:
            bare = without_metadata(data)
            data.name = str(PurePath(data.name).with_suffix(ending_of(data)))
        except PictureError as error:
            raise ValidationError(str(error), code="invalid_image") from error
        data.seek(0)
        return super().to_python(SimpleUploadedFile(data.name, bare, data.content_type) if bare else data)


class ImageForm(forms.ModelForm):
    class Meta:
        field_classes = {"file": PictureField}
        widgets = {
            "caption": forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
            "alternative_text": forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.is_silent and "alternative_text" in self.fields:
            self.fields["alternative_text"].help_text = format_html(
                '<strong class="image-silent">{}</strong>',
                _("Nothing is said of this picture to those who cannot see it: describe it, or call it decorative."),
            )

    def clean(self):
        cleaned = super().clean()
        given = cleaned.get("file") or cleaned.get("url")
        if cleaned.get("is_decorative"):
            cleaned["alternative_text"] = ""
        # Pictures that an import brought without words do not stop work on the article.
        elif given and self.has_changed() and not cleaned.get("alternative_text"):
            self.add_error(
                "alternative_text", _("Say in a few words what the picture shows, or call the picture decorative.")
            )
        return cleaned


class ImageInline(admin.StackedInline):
    model = Image
    formset = WatchedFormSet
    form = ImageForm
    formfield_overrides = HTTPS_ADDRESSES
    fields = ["file", "url", "alternative_text", "is_decorative", "caption", "credit", "position", "size"]
    readonly_fields = ["size"]
    extra = 0
    classes = ["collapse"]

    @admin.display(description=_("size"))
    def size(self, image):
        if not image.width:
            return self.get_empty_value_display()
        return format_html('<bdi dir="ltr">{} × {}</bdi>', image.width, image.height)


class CorrectionInline(admin.StackedInline):
    model = Correction
    formset = WatchedFormSet
    fields = ["text", "made_at"]
    formfield_overrides = EITHER_DIGITS | {
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})}
    }
    extra = 0
    classes = ["collapse"]
