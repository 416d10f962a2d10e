"""What commands say when something is wrong: lines in the site's language, nothing else."""

import re

import pytest
from django.core.management import CommandError, call_command, get_commands, load_command_class
from django.utils import translation

from archive.ingest.formats import READERS
from archive.management.command import ArchiveCommand, unwritable
from tests.factories import CaptureFactory

FORMATS = ["auto", *(reader.name for reader in READERS)]


def refused(capsys, *arguments: str) -> tuple[int, list[str]]:
    """The exit code of a command on a terminal, and what it says."""
    with pytest.raises(SystemExit) as ended:
        load_command_class("archive", arguments[0]).run_from_argv(["manage.py", *arguments])
    told = capsys.readouterr()
    assert told.out == ""
    return ended.value.code, told.err.splitlines()


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["import_articles"], "PATH is missing."),
        (["import_articles", "x", "--source"], "--source needs a value."),
        (
            ["import_articles", "x", "--format", "y"],
            f"--format cannot be “y”, only one of these: {', '.join(FORMATS)}.",
        ),
        (["import_articles", "x", "--nonsense", "1"], "The command does not know --nonsense 1."),
        (["export_capture"], "One of these is missing: ARTICLE_ID --capture."),
        (["export_capture", "1", "--capture", "x"], "--capture cannot be given together with ARTICLE_ID."),
        (["learn_words", "--limit", "few"], "--limit must be a whole number, not “few”."),
    ],
)
def test_a_command_line_that_makes_no_sense_is_refused_in_plain_words(capsys, arguments, problem):
    with translation.override("en"):
        assert refused(capsys, *arguments) == (
            2,
            [f"Error: {problem}", f"This tells what it takes: script/manage {arguments[0]} --help"],
        )


def test_errors_are_in_arabic_where_the_site_is(capsys):
    assert refused(capsys, "import_articles", "x", "--published", "21/12/2017", "--skip-checks") == (
        1,
        ["خطأ: «21/12/2017» ليس تاريخًا: اكتب 2017-12-21 أو 2017-12 أو 2017."],
    )
    assert refused(capsys, "import_articles") == (
        2,
        ["خطأ: ينقص PATH.", "لمعرفة ما يقبله الأمر: script/manage import_articles --help"],
    )


def test_help_is_in_the_language_of_the_command(capsys):
    with pytest.raises(SystemExit):
        load_command_class("archive", "import_articles").run_from_argv(["manage.py", "import_articles", "--help"])
    told = capsys.readouterr().out
    assert "يستورد الصفحات المحفوظة" in told
    # Beside argparse's headings, only what is typed is in Latin letters.
    names = "|".join(["manage\\.py", "import_articles", "line", *map(re.escape, FORMATS)])
    typed = rf"(?<![\w-])--?[a-z][a-z-]*|\b[A-Z_]+\b|\b(?:{names})\b"
    left = re.sub(typed, "", re.sub("JSON Lines|JSON|TOML", "", told))
    assert re.findall("[A-Za-z]{3,}", left) == ["usage", "positional", "arguments", "options", "Django", "Python"]
    with translation.override("en"), pytest.raises(SystemExit):
        load_command_class("archive", "import_articles").run_from_argv(["manage.py", "import_articles", "--help"])
    assert "Imports saved pages, feeds, newswires" in capsys.readouterr().out


def test_a_program_that_calls_a_command_gets_its_error():
    with pytest.raises(CommandError, match="21/12"):
        call_command("import_articles", "x", published="21/12")


def test_a_file_that_cannot_be_written_is_told_with_the_reason():
    with translation.override("en"):
        assert str(unwritable("/x/y", FileNotFoundError(2, "No such file"))) == (
            "Nothing can be written to /x/y: there is no such file or folder"
        )


@pytest.mark.django_db
def test_a_capture_that_cannot_be_written_is_an_error_like_others(tmp_path):
    with pytest.raises(CommandError, match=r"لا يمكن الكتابة في .*/no/page.txt: لا ملف ولا مجلد بهذا الاسم"):
        call_command("export_capture", capture=CaptureFactory().sha256, output=str(tmp_path / "no" / "page.txt"))


def test_every_command_of_ours_speaks_so():
    ours = [name for name, app in get_commands().items() if app == "archive"]
    assert [name for name in ours if not isinstance(load_command_class("archive", name), ArchiveCommand)] == []
