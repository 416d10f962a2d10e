"""Web addresses in the admin's forms."""

from django.db import models

HTTPS_ADDRESSES = {models.URLField: {"assume_scheme": "https"}}
"""Form field overrides: an address typed without its scheme is of HTTPS."""
