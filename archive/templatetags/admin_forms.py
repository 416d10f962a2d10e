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
    """FORM with a word to read out over the column in which Django names each row; other empty headings are cells."""
    name = _("Name")
    heading = f'<th class="original"><span class="visually-hidden">{name}</span></th>'
    form = form.replace('<th class="original"></th>', heading).replace("<th></th>", "<td></td>")
    return mark_safe(form)  # noqa: S308 - escaped where it was made
