"""The boxes in which editors write dates and times, in the digits of either language."""

from django.contrib.admin.widgets import AdminSplitDateTime
from django.db import models

from archive.text.dates import western_digits


class DateTimeBoxes(AdminSplitDateTime):
    def value_from_datadict(self, data, files, name):
        return [typed and western_digits(typed) for typed in super().value_from_datadict(data, files, name)]


EITHER_DIGITS = {models.DateTimeField: {"widget": DateTimeBoxes}}
"""Form field overrides."""
