import pytest
from django.core.management import call_command
from django.utils import translation

from archive.management import progress
from tests.factories import ArticleFactory, EntityFactory


@pytest.mark.parametrize("command", ["annotate_articles", "find_copies", "link_entities", "rebuild_search"])
@pytest.mark.django_db(transaction=True)
def test_commands_that_take_long_tell_how_far_they_are_unless_quiet(command, monkeypatch, capsys):
    EntityFactory(name="صيدا")
    ArticleFactory(body="<p>من صيدا</p>")
    monkeypatch.setattr(progress, "UNWATCHED_PROGRESS_SECONDS", 0)
    with translation.override("en"):
        call_command(command)
        told = capsys.readouterr()
        call_command(command, verbosity=0)
    assert "1 of 1, " in told.err
    assert told.out.count("\n") == 1
    assert tuple(capsys.readouterr()) == ("", "")
