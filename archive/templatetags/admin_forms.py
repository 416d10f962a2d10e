"""What the forms of the admin show besides Django's own tags."""

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def name_icons(form: SafeString) -> SafeString:
    """FORM with the icons for yes, no and unknown named in the interface's language; Django names them in Python's.

    Nothing typed can look like them: it is escaped.
    """
    for python_name, name in (("True", _("Yes")), ("False", _("No")), ("None", _("Unknown"))):
        form = form.replace(f'.svg" alt="{python_name}">', f'.svg" alt="{name}">')
    return mark_safe(form)  # noqa: S308 - escaped where it was made


@register.filter
def without_empty_headings(form: SafeString) -> SafeString:
    """FORM with the corners of its tables as cells: a heading that says nothing is read out all the same."""
    for attributes in (' class="original"', ""):
        form = form.replace(f"<th{attributes}></th>", f"<td{attributes}></td>")
    return mark_safe(form)  # noqa: S308 - escaped where it was made
