"""Old addresses of an imported site, and where they lead now."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.admin.article_inlines import PlainChoices
from archive.admin.change_log import ReadableLog
from archive.models import Redirect
from archive.newsroom.redirects import as_asked, leads_round


class RedirectForm(forms.ModelForm):
    class Meta:
        widgets = {
            name: forms.TextInput(attrs={"class": "vLargeTextField", "dir": "ltr"})
            for name in ("old_path", "new_path")
        }

    def clean_old_path(self):
        """Also from a whole address, as it is copied from a browser."""
        try:
            path = as_asked(self.cleaned_data["old_path"])
        except ValueError as error:
            raise ValidationError(_("This is no address."), code="invalid") from error
        if not path.startswith("/"):
            raise ValidationError(_("Begin the old address with /."), code="invalid")
        return path

    def clean_new_path(self):
        try:
            as_asked(self.cleaned_data["new_path"])
        except ValueError as error:
            raise ValidationError(_("This is no address."), code="invalid") from error
        return self.cleaned_data["new_path"]

    def clean(self):
        cleaned = super().clean()
        redirect = Redirect(
            pk=self.instance.pk, **{name: cleaned.get(name) or "" for name in ("old_path", "new_path")}
        )
        if redirect.old_path and leads_round(redirect):
            message = _("This address leads back to the old one: readers would be sent round in a circle.")
            self.add_error("new_path", message)
        return cleaned


@admin.register(Redirect)
class RedirectAdmin(PlainChoices, ReadableLog):
    form = RedirectForm
    list_display = ["shown_old", "shown_target"]
    list_select_related = ["article"]
    search_fields = ["old_path", "new_path"]
    autocomplete_fields = ["article"]
    fields = ["old_path", "article", "new_path"]

    @admin.display(description=gettext_lazy("old address"), ordering="old_path")
    def shown_old(self, redirect):
        return format_html('<bdi dir="ltr">{}</bdi>', redirect.old_path)

    @admin.display(description=gettext_lazy("leads to"))
    def shown_target(self, redirect):
        return format_html("<bdi>{}</bdi>", redirect.article or redirect.new_path)
