"""What the formats of imports are called among editors; commands and reports call them by their readers' names."""

from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from archive.text.dates import format_number

FORMAT_LABELS = {
    "sijill": gettext_lazy("export of Sijill"),
    "ninjs": "ninjs",
    "json": "JSON",
    "jsonl": "JSON Lines",
    "warc": gettext_lazy("web archive (WARC)"),
    "mhtml": gettext_lazy("page in one file (MHTML)"),
    "wxr": gettext_lazy("export of WordPress (WXR)"),
    "feed": gettext_lazy("feed (RSS, Atom or JSON Feed)"),
    "newsml-g2": "NewsML-G2",
    "newsml": "NewsML 1",
    "nitf": "NITF",
    "trec": "TREC",
    "html": gettext_lazy("saved page (HTML)"),
    "table": gettext_lazy("table (CSV or TSV)"),
    "saved-text": gettext_lazy("text of a saved page"),
}


def format_label(name: str) -> str:
    return str(FORMAT_LABELS.get(name, name))


def reader_label(reader: str) -> str:
    """READER, a format's name and the version of its reader, as editors call it."""
    name, _space, version = reader.partition(" ")
    if not version.isdecimal():
        return format_html("<bdi>{}</bdi>", format_label(name))
    shown = _("version %(number)s of its reader") % {"number": format_number(int(version), get_language())}
    return format_html("<bdi>{}</bdi>{}<bdi>{}</bdi>", format_label(name), _(", "), shown)
