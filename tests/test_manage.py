"""Which language a command speaks."""

import pytest
from django.utils.translation import get_language

import manage


@pytest.mark.parametrize(
    ("command", "language"),
    [("createsuperuser", "en"), ("help", "en"), ("no_such_command", "en"), ("import_articles", "ar")],
)
def test_a_command_speaks_one_language(command, language):
    manage.speak_one_language(command)

    assert get_language() == language


@pytest.mark.parametrize(("named", "spoken"), [(["import_articles"], "import_articles"), ([], "help")])
def test_the_help_of_a_command_is_in_its_language(monkeypatch, named, spoken):
    asked = []
    monkeypatch.setattr(manage, "speak_one_language", asked.append)
    monkeypatch.setattr(manage, "execute_from_command_line", lambda argv: None)
    monkeypatch.setattr("sys.argv", ["manage.py", "help", *named])
    manage.main()
    assert asked == [spoken]
