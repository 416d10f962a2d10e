"""Which language a command speaks, and how it ends when it is asked to."""

import os
import signal

import pytest
from django.utils.translation import get_language

import manage


@pytest.fixture(autouse=True)
def _own_handlers():
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


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


@pytest.mark.parametrize("command", ["backup_drill", "upgrade_postgres"])
def test_a_command_that_is_asked_to_end_cleans_up(monkeypatch, command):
    cleaned = []

    def work(argv):
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        finally:
            cleaned.append(argv[1])

    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    monkeypatch.setattr(manage, "execute_from_command_line", work)
    monkeypatch.setattr("sys.argv", ["manage.py", command])
    with pytest.raises(SystemExit) as ended:
        manage.main()
    assert ended.value.code == 128 + signal.SIGTERM
    assert cleaned == [command]
