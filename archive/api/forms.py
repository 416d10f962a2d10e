"""The parameters of the API's lists that the site itself does not have."""

from django import forms
from django.utils.translation import gettext_lazy as _

from archive.forms import DEFAULT_PAGE_SIZE, PageField, PageSizeField, QuotationForm, RequestForm, limit_message
from archive.models import Entity
from archive.models.entity import MAX_NAME_KEY_CHARS


class ListForm(RequestForm):
    """The parameters of any list."""

    page = PageField()
    page_size = PageSizeField()

    def clean_page(self) -> int:
        return self.cleaned_data["page"] or 1

    def clean_page_size(self) -> int:
        return self.cleaned_data["page_size"] or DEFAULT_PAGE_SIZE


class QuotationListForm(ListForm, QuotationForm):
    """The parameters of the list of quotations, with its pages."""


class EntityListForm(ListForm):
    q = forms.CharField(
        required=False,
        max_length=MAX_NAME_KEY_CHARS,
        empty_value="",
        error_messages={
            "max_length": limit_message(_("The name may be %(limit)s characters long at most."), MAX_NAME_KEY_CHARS),
            "null_characters_not_allowed": _("The name holds a character that is no text."),
        },
    )
    type = forms.ChoiceField(
        choices=Entity.Kind.choices,
        required=False,
        error_messages={"invalid_choice": _("A name is a person, organisation, place or event.")},
    )
