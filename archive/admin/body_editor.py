"""The body's editor: django-prose-editor's engine behind our own small module, with our vocabulary only.

Our module imports the engine by its address in a data attribute. The package's own widget needs an inline import map;
without it the admin keeps the strict content security policy of every other page.
"""

import json
import re

from django import forms
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from archive.text.html import clean_html

LABELS = {
    "paragraph": _("Paragraph"),
    "heading2": _("Heading"),
    "heading3": _("Subheading"),
    "bulletList": _("Bulleted list"),
    "orderedList": _("Numbered list"),
    "blockquote": _("Quotation"),
    "horizontalRule": _("Dividing line"),
    "bold": _("Bold"),
    "italic": _("Italic"),
    "subscript": _("Subscript"),
    "superscript": _("Superscript"),
    "link": _("Link"),
    "unlink": _("Remove the link"),
    "table": _("Insert a table"),
    "table:addColumnAfter": _("Add a column"),
    "table:deleteColumn": _("Delete the column"),
    "table:addRowAfter": _("Add a row"),
    "table:deleteRow": _("Delete the row"),
    "table:mergeCells": _("Merge the cells"),
    "table:splitCell": _("Split the cell"),
    "table:toggleHeaderCell": _("Header cell"),
    "table:deleteTable": _("Delete the table"),
    "history:undo": _("Undo"),
    "history:redo": _("Redo"),
    "linkDialog": _("Link"),
    "linkAddress": _("Web address"),
    "save": _("Save"),
    "cancel": _("Cancel"),
    "toolbar": _("Formatting"),
    "body": _("Body"),
}

_EMPTY_PARAGRAPHS = re.compile(r"<p>(?:\s|&nbsp;|<br>)*</p>")
_BREAK_BETWEEN_TAGS = re.compile(r">\s*\n\s*<")
_SINGLE_SPAN = re.compile(r' (?:col|row)span="1"')
_LONE_PARAGRAPH = re.compile(r"<(li|td|th)([^>]*)><p>((?:(?!</?p>).)*)</p></\1>", re.DOTALL)


class BodyEditor(forms.Textarea):
    """A textarea of body HTML that becomes an editor, right to left; without JavaScript it stays a textarea."""

    @property
    def media(self):
        return forms.Media(
            css={
                "all": [
                    "django_prose_editor/editor.css",
                    "admin_sijill/body_editor.css",
                ]
            },
            js=[forms.Script("admin_sijill/body_editor.js", type="module")],
        )

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"] |= {
            "data-body-editor": static("django_prose_editor/editor.js"),
            "data-labels": json.dumps({key: str(label) for key, label in LABELS.items()}, ensure_ascii=False),
            "dir": "rtl",
            "lang": "ar",
        }
        return context


class BodyField(forms.CharField):
    """Body HTML, cleaned: what comes out is in the vocabulary of `archive.text.html`, whatever was sent."""

    widget = BodyEditor

    def clean(self, value):
        return _without_editor_marks(clean_html(super().clean(value)))

    def has_changed(self, initial, data):
        """Whether what is read has changed: the editor writes no line breaks between blocks."""
        return super().has_changed(
            *(_on_one_line(_without_editor_marks(clean_html(one or ""))) for one in (initial, data))
        )


def _on_one_line(html: str) -> str:
    return _BREAK_BETWEEN_TAGS.sub("><", html)


def _without_editor_marks(html: str) -> str:
    """HTML without what the editor always writes and nobody means: empty paragraphs, `colspan="1"`, a lone `<p>`."""
    html = _SINGLE_SPAN.sub("", html)
    html = _LONE_PARAGRAPH.sub(r"<\1\2>\3</\1>", html)
    return _EMPTY_PARAGRAPHS.sub("", html).strip()
