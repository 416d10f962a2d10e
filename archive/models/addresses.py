"""Where what editors write may lead: to an address of the web, or to a path of this site."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

_SCHEMES = ("https", "http")
_BEGINNINGS = tuple(f"{scheme}://" for scheme in _SCHEMES)
# Browsers take // and /\ for the beginning of another site's address.
_PATH = re.compile(r"/(?![/\\])[^\s\\\x00-\x1f\x7f-\x9f]*")


def validate_web_address(value: str) -> None:
    """Raise ValidationError for an address that is not of HTTP, such as one of FTP."""
    if not value.lower().startswith(_BEGINNINGS):
        raise ValidationError(_("Give the whole address, from https:// or http:// on."), code="invalid")


def validate_link(value: str) -> None:
    """Raise ValidationError unless VALUE is an address of HTTP, or a path of this site."""
    if _PATH.fullmatch(value):
        return
    message = _("Give a whole address, from https:// on, or a path of this site, from / on; without spaces.")
    try:
        URLValidator(_SCHEMES)(value)
    except ValidationError as error:
        raise ValidationError(message, code="invalid") from error
