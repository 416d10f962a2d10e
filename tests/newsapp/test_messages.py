"""The interface is complete in both its languages."""

import re

import pytest
from babel.messages.catalog import Message

from newsapp import messages

PLACEHOLDER = re.compile(r"%\(\w+\)[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]|\{\w*\}")
TERMS = messages.BASE_DIR / "docs" / "arabic-terms.md"
LETTER = "[\u0621-\u0652]"
IN_WORDS = range(3)
"""Of the six forms of Arabic, those for 0, 1 and 2."""


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


def test_translations_have_the_placeholders_of_their_message():
    """All of them; forms for none, one and two may say the number in words."""
    wrong = [
        message.id
        for message in messages.read(messages.CATALOGUE)
        for number, form in enumerate(_forms(message))
        if _placeholders(form) != _placeholders(_longest(message.id))
        and not (len(_forms(message)) > 1 and number in IN_WORDS and not _strange(form, message.id))
    ]

    assert wrong == []


@pytest.mark.parametrize("path", messages.BORROWED_CATALOGUES)
def test_what_other_packages_say_badly_is_said_without_placeholders_of_our_own(path):
    wrong = [message.id for message in messages.read(path) for form in _forms(message) if _strange(form, message.id)]

    assert wrong == []


def test_every_kind_of_placeholder_is_seen():
    text = "%(name)s, %(after).1f s, {feed} %(share)d%% of it, 5% off"

    assert _placeholders(text) == ["%(after).1f", "%(name)s", "%(share)d", "{feed}"]


def test_a_thing_has_one_name():
    """As docs/arabic-terms.md says, with any of the letters that are written together with a word."""
    rows = re.findall(r"^\|[^|]+\|[^|]+\|([^|]+)\|$", TERMS.read_text(), re.MULTILINE)[2:]
    shunned = [word.strip() for row in rows for word in row.split("،") if word.strip()]
    alone = re.compile(rf"(?<!{LETTER})[وفبلك]?(?:ال|لل)?(?:{'|'.join(shunned)})(?!{LETTER})")
    found = {form for message in messages.read(messages.CATALOGUE) for form in _forms(message) if alone.search(form)}

    assert (len(shunned) > 5, found) == (True, set())


@pytest.mark.parametrize("path", [messages.CATALOGUE, *messages.BORROWED_CATALOGUES])
def test_tanwin_stands_before_the_alif(path):
    assert [message.id for message in messages.read(path) if "اً" in "".join(_forms(message))] == []


def _forms(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, tuple | list) else (message.string,)


def _longest(message_id: str | tuple[str, ...]) -> str:
    return message_id if isinstance(message_id, str) else message_id[-1]


def _strange(form: str, message_id: str | tuple[str, ...]) -> set[str]:
    return set(_placeholders(form)) - set(_placeholders(_longest(message_id)))


def _placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))
