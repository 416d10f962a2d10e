"""The interface's messages: collected from the code and templates, kept in `locale/`, compiled beside it.

Run by `script/messages`; a test holds the catalogue complete and the compiled file equal to it. Message ids are
English, so only Arabic needs a catalogue. `newsapp/locale` holds what Django and other packages lack or say badly in
Arabic; it is written by hand and only compiled here.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

BASE_DIR = Path(__file__).resolve().parent.parent
CATALOGUE = BASE_DIR / "locale" / "ar" / "LC_MESSAGES" / "django.po"
BORROWED_CATALOGUES = tuple(
    BASE_DIR / "newsapp" / "locale" / "ar" / "LC_MESSAGES" / name for name in ("django.po", "djangojs.po")
)
CODE_DIRS = ("archive", "newsapp")
TEMPLATE_DIRS = ("templates",)
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = "# Arabic messages of Sijill. Collected by script/messages; the translations are written by hand."


def collect() -> Catalog:
    """Return every message of the code and the templates, with the files that use it."""
    catalogue = Catalog()
    for path in _sources():
        source = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # What is left of a template is no Python program: only its calls matter, not its indentation.
            source = "\n".join(line.strip() for line in templatize(source).splitlines())
        for _line, message, _comments, context in extract(
            "python", BytesIO(source.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"}
        ):
            place = path.relative_to(BASE_DIR).as_posix()
            catalogue.add(message, locations=[(place, 1)], context=context)
    return catalogue


def read(path: Path) -> Catalog:
    """Return the Arabic catalogue at PATH, or an empty one."""
    if not path.exists():
        return Catalog(locale="ar", domain="django", header_comment=HEADER)
    with path.open("rb") as file:
        return read_po(file, locale="ar", domain="django")


def compiled(catalogue: Catalog) -> bytes:
    """Return CATALOGUE in the form that gettext loads."""
    content = BytesIO()
    write_mo(content, catalogue)
    return content.getvalue()


def update() -> list[str]:
    """Bring the catalogue up to date and compile both; return the messages that still have no translation."""
    catalogue = read(CATALOGUE)
    created = catalogue.creation_date
    catalogue.update(collect(), no_fuzzy_matching=True)
    catalogue.header_comment, catalogue.creation_date = HEADER, created
    catalogue.obsolete.clear()
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(file, catalogue, width=110, sort_output=True, include_lineno=False, omit_header=False)
    for path in (CATALOGUE, *BORROWED_CATALOGUES):
        path.with_suffix(".mo").write_bytes(compiled(read(path)))
    return untranslated(catalogue)


def untranslated(catalogue: Catalog) -> list[str]:
    """Return the ids of messages in CATALOGUE without a full translation: every plural form counts."""
    missing = []
    for message in catalogue:
        forms = message.string if isinstance(message.string, tuple | list) else [message.string]
        expected = catalogue.num_plurals if message.pluralizable else 1
        if message.id and (len(forms) < expected or not all(forms)):
            missing.append(message.id if isinstance(message.id, str) else message.id[0])
    return missing


def _sources() -> Iterator[Path]:
    for directory in CODE_DIRS:
        yield from sorted((BASE_DIR / directory).rglob("*.py"))
    for directory in TEMPLATE_DIRS:
        root = BASE_DIR / directory
        yield from sorted(path for path in root.rglob("*") if path.suffix in {".html", ".txt", ".xml"})


if __name__ == "__main__":
    missing = update()
    for message_id in missing:
        sys.stdout.write(f"untranslated: {message_id}\n")
    sys.exit(1 if missing else 0)
