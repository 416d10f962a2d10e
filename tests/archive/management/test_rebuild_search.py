from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from archive.exceptions import RebuildError
from archive.management import progress
from archive.management.commands import rebuild_search
from tests.factories import ArticleFactory


@pytest.mark.django_db(transaction=True)
def test_it_says_how_far_it_is(monkeypatch, capsys):
    monkeypatch.setattr(progress, "UNWATCHED_PROGRESS_SECONDS", 0)
    ArticleFactory.create_batch(2)
    output = StringIO()
    call_command("rebuild_search", stdout=output)

    told = [line.partition("،")[0] for line in capsys.readouterr().err.splitlines()]
    assert (told, output.getvalue().splitlines()) == (["0 من 2", "2 من 2"], ["أُعيد بناء فهرس البحث."])


def test_what_keeps_it_from_working_is_said(monkeypatch):
    def refuse(progress, *, restart):
        raise RebuildError("سبب")

    monkeypatch.setattr(rebuild_search, "rebuild_search", refuse)

    with pytest.raises(CommandError, match="سبب"):
        call_command("rebuild_search", restart=True)
