"""What the documents say of commands is what these understand."""

import re
from pathlib import Path

import pytest
from django.core.management import load_command_class
from django.core.management.base import DjangoHelpFormatter

from archive.ingest.formats import READERS

DOCS = Path(__file__).parents[3] / "docs"
SYNOPSIS = re.compile(r"^    script/manage (?P<name>[a-z_]+)(?P<usage>.*(?:\n        \[.*)*)", re.MULTILINE)
COMMANDS = {
    "importing.md": ("import_articles", "reimport", "find_copies", "export_capture", "import_feed"),
    "exporting.md": ("export_articles",),
}


def understood(command: str) -> set[str]:
    """The options of COMMAND, without those that all commands have."""
    parser = load_command_class("archive", command).create_parser("manage.py", command)
    common = set(DjangoHelpFormatter.show_last) | {"--help"}
    return {
        option
        for action in parser._actions
        for option in action.option_strings
        if option.startswith("--") and not common & set(action.option_strings)
    }


@pytest.mark.parametrize(("document", "command"), [(name, one) for name, many in COMMANDS.items() for one in many])
def test_a_synopsis_has_the_options_of_its_command_and_no_other(document, command):
    head = (DOCS / document).read_text().partition("\n## ")[0]
    said = [found["usage"].partition("#")[0] for found in SYNOPSIS.finditer(head) if found["name"] == command]
    assert {option for usage in said for option in re.findall(r"--[a-z-]+", usage)} == understood(command)


def test_every_format_is_told_with_a_command():
    head = (DOCS / "importing.md").read_text().partition("\n## ")[0]
    rows = [row.split(" | ") for row in head.splitlines() if re.match("[|] `[a-z]", row)]
    told = [name for row in rows for name in re.findall("`([a-z0-9-]+)`", row[0])]
    assert sorted(told) == sorted(reader.name for reader in READERS)
    options = {option for row in rows for option in re.findall(r"--[a-z-]+", row[2])}
    assert options <= understood("import_articles")
