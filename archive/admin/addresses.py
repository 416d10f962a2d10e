"""Web addresses in the admin's forms."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from archive.ingest.addresses import normalise_url

HTTPS_ADDRESSES = {models.URLField: {"assume_scheme": "https"}}
"""Form field overrides: an address typed without its scheme is of HTTPS."""


class PageAddressField(forms.CharField):
    """The address of an article's page, kept in the one spelling by which imports and links know it."""

    default_error_messages = {"invalid": _("Give the whole address, from https:// or http:// on.")}

    def to_python(self, value):
        typed = super().to_python(value)
        if typed and not (address := normalise_url(typed)):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return address if typed else typed
