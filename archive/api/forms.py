"""The parameters of the API's lists that the site itself does not have."""

from django import forms
from django.utils.translation import gettext_lazy as _

from archive.forms import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, InputProblem
from archive.models import Entity
from archive.models.entity import MAX_NAME_KEY_CHARS


class EntityListForm(forms.Form):
    q = forms.CharField(required=False, max_length=MAX_NAME_KEY_CHARS, empty_value="")
    type = forms.ChoiceField(
        choices=Entity.Kind.choices,
        required=False,
        error_messages={"invalid_choice": _("A name is a person, organisation, place or event.")},
    )
    page = forms.IntegerField(
        min_value=1,
        required=False,
        error_messages={"invalid": _("Write a whole number."), "min_value": _("Pages are counted from 1.")},
    )
    page_size = forms.IntegerField(
        min_value=1,
        max_value=MAX_PAGE_SIZE,
        required=False,
        error_messages={"invalid": _("Write a whole number.")},
    )

    def clean_page(self) -> int:
        return self.cleaned_data["page"] or 1

    def clean_page_size(self) -> int:
        return self.cleaned_data["page_size"] or DEFAULT_PAGE_SIZE

    def problems(self) -> list[InputProblem]:
        return [InputProblem(field, str(messages[0])) for field, messages in self.errors.items()]
