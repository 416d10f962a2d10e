from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from archive.exceptions import RebuildError
from archive.management.commands import rebuild_search
from tests.factories import ArticleFactory


@pytest.mark.django_db(transaction=True)
def test_it_says_how_far_it_is():
    ArticleFactory.create_batch(2)
    output = StringIO()
    call_command("rebuild_search", stdout=output)

    assert output.getvalue().splitlines() == [
        "حُلّل 0 خبرًا من 2",
        "حُلّل 2 خبرًا من 2",
        "أُعيد بناء فهرس البحث.",
    ]


def test_what_keeps_it_from_working_is_said(monkeypatch):
    def refuse(progress, *, restart):
        raise RebuildError("سبب")

    monkeypatch.setattr(rebuild_search, "rebuild_search", refuse)

    with pytest.raises(CommandError, match="سبب"):
        call_command("rebuild_search", restart=True)
