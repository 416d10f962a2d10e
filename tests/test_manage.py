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
