"""The boxes in which editors write a sentence or two."""

from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models

SHORT_TEXTS = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})}}
"""Form field overrides: the admin's own boxes are ten lines high."""
