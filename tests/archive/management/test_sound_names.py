from io import StringIO

import pytest
from django.core.management import call_command

from archive.models import NameWord
from tests.factories import EntityFactory

pytestmark = pytest.mark.django_db


def run(*arguments):
    out = StringIO()
    call_command("sound_names", *arguments, stdout=out)
    return out.getvalue().strip()


def test_what_waits_is_sounded():
    EntityFactory(name="سيرغي لافروف")
    assert "كلمتين" in run() or "كلمتان" in run()
    assert not NameWord.objects.filter(rules=0).exists()
    run("--all")
    assert not NameWord.objects.filter(rules=0).exists()
