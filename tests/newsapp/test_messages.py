"""The interface is complete in both its languages."""

import pytest

from newsapp import messages


def test_every_message_has_its_arabic():
    catalogue = messages.read(messages.CATALOGUE)
    known = {(message.id, message.context) for message in catalogue}
    wanted = {(message.id, message.context) for message in messages.collect() if message.id}

    assert sorted(map(str, wanted - known)) == []
    assert messages.untranslated(catalogue) == []


@pytest.mark.parametrize("path", [messages.CATALOGUE, *messages.BORROWED_CATALOGUES])
def test_compiled_messages_are_those_of_the_catalogue(path):
    catalogue = messages.read(path)

    assert messages.untranslated(catalogue) == []
    assert path.with_suffix(".mo").read_bytes() == messages.compiled(catalogue)


@pytest.mark.parametrize("path", [messages.CATALOGUE, *messages.BORROWED_CATALOGUES])
def test_translations_keep_the_placeholders_of_their_message(path):
    wrong = [
        message.id
        for message in messages.read(path)
        for form in (message.string if isinstance(message.string, tuple | list) else [message.string])
        if message.python_format and set(_placeholders(form)) - set(_placeholders(_longest(message.id)))
    ]

    assert wrong == []


def _longest(message_id: str | tuple[str, ...]) -> str:
    return message_id if isinstance(message_id, str) else message_id[-1]


def _placeholders(text: str) -> list[str]:
    return messages.PLACEHOLDER.findall(text)
