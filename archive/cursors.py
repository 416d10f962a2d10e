"""Where a page of a list by date begins, as addresses say it: beyond an article, BEFORE or AFTER it."""

from django import forms


class CursorForm(forms.Form):
    """The parameters of every list by date; what cannot be used is left out."""

    before = forms.CharField(required=False, empty_value="")
    after = forms.CharField(required=False, empty_value="")

    def usable(self) -> dict[str, str]:
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}
