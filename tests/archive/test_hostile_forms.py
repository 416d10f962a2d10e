"""Whatever is sent to any address, as parameters, as a form or as bytes, is answered: no failure of ours.

The addresses come from the resolver. Lists of values that broke something somewhere are tried with
SIJILL_TEST_VALUES=LIST script/test tests/archive/test_hostile_forms.py, where LIST is a file (a value a line, or a JSON
array) or a folder of such.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLResolver, get_resolver, reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.models import Article
from archive.subscriptions import tokens
from tests.archive.test_visibility import newsletter_addresses
from tests.factories import (
    ArticleFactory,
    BannerFactory,
    EntityFactory,
    MentionFactory,
    StoryFactory,
    SubscriberFactory,
)
from tests.factories.statistics import small_dataset

pytestmark = [pytest.mark.django_db, pytest.mark.long]

PARAMETERS = (
    *("q", "section", "source", "entity", "from", "to", "sort", "names", "page", "page_size", "before", "after"),
    *("speaker", "year", "with", "e", "w", "add", "kind", "type", "letter", "measure", "region", "show", "per"),
    *("scale", "order", "content", "url", "format", "maxwidth", "maxheight", "back", "next", "saved", "done"),
    *("story", "search", "more", "work", "version", "hub.mode", "hub.verify_token", "hub.challenge"),
)
FIELDS = (
    *("email", "when", "page", "section", "entity", "story", "search", "website", "country", "phone", "endpoint"),
    *("what", "named", "words", "action"),
    *("p256dh", "auth", "all", "do", "theme", "digits", "hijri", "language", "reset", "next", "back", "banner"),
)
SPITEFUL = (
    *("", "0", "-1", "1e9", "9" * 19, "9" * 40, "٣", "²", "½", "nan", "0x10", "1.5", "true", "null", "[]", "{}"),
    *("\0", "\ud800", "\u202e", "\r\nX: y", "%", "%s{0}", "'", '"', "\\", "../../etc/passwd", "//evil.example/"),
    *("javascript:alert(1)", "http://[::1", "http://[", "https://a b/", "20170101T000000.000000Z-1", "21000101T-"),
    *(
        "0000",
        "9999",
        "9999-12-31",
        "0001-01-01",
        "2017-02-30",
        "99999999999-1-1",
        "a@b",
        "a@b\n.example",
        "x" * 3000,
    ),
    *("<script>alert(1)</script>", "=1+1", "{{ 7*7 }}", "+961 1 234 567", "https://testserver/article/1/"),
)
ARGUMENTS = {"path": "images/x.png", "year": 2017, "month": 12, "day": 21, "file_type": "bib", "section": "articles"}

values = st.one_of(
    st.sampled_from(SPITEFUL), st.text(max_size=30), st.integers().map(str), st.binary(max_size=20).map(repr)
)
quick = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], database=None
)


@pytest.fixture
def addresses(db) -> list[str]:
    """An address of each kind, with something to show as far as it takes the number or name of one."""
    article = ArticleFactory(title="محادثات جنيف", body="<p>قالت جنيف.</p>")
    entity = EntityFactory(name="جنيف")
    MentionFactory(article=article, entity=entity)
    numbers = {
        "article": article.pk,
        "entity": entity.pk,
        "story": StoryFactory(articles=[article]).pk,
        "banner": BannerFactory().pk,
    }
    slugs = {"section": article.section.slug, "statistics": small_dataset().slug}
    own = newsletter_addresses({"hidden": {}})
    found = []
    for name, wanted in _wanted_arguments():
        kind = name.rpartition(":")[2].partition("-")[0]
        known = (
            ARGUMENTS | {"pk": numbers.get(kind, 1), "id": numbers.get(kind, 1)} | {"slug": slugs.get(kind, "جنيف")}
        )
        found += own[name] if name in own else [reverse(name, kwargs={one: known[one] for one in wanted})]
    return [*found, "/api/v1/nothing"]


def _wanted_arguments(resolver=None, namespace: str = "") -> Iterator[tuple[str, list[str]]]:
    """The names of all addresses outside the admin, each with what it takes."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            if entry.namespace != "admin":
                yield from _wanted_arguments(entry, f"{entry.namespace}:" if entry.namespace else namespace)
        elif entry.name:
            yield f"{namespace}{entry.name}", list(entry.pattern.converters)


def fails(response) -> bool:
    """Whether RESPONSE is a failure of ours; one that is sent in pieces is made whole first."""
    if response.streaming:
        response.getvalue()
    return response.status_code >= 500


@settings(quick, max_examples=8)
@given(query=st.dictionaries(st.sampled_from(PARAMETERS), st.lists(values, min_size=1, max_size=2), max_size=6))
def test_parameters_of_any_address_are_answered(client, addresses, query):
    query = {name: [_sendable(value) for value in given] for name, given in query.items()}
    failed = [address for address in addresses if fails(client.get(address, query))]
    assert failed == []


@settings(quick, max_examples=15)
@given(
    name=st.sampled_from(PARAMETERS),
    value=st.one_of(st.sampled_from(["9" * 5000, "٩" * 5000, "-" + "9" * 5000, "." * 5000]), values),
)
def test_one_parameter_of_any_address_is_answered(client, addresses, name, value):
    failed = [address for address in addresses if fails(client.get(address, {name: _sendable(value)}))]
    assert failed == []


@settings(quick, max_examples=8)
@given(form=st.dictionaries(st.sampled_from(FIELDS), values, max_size=8))
def test_forms_to_any_address_are_answered(client, addresses, form):
    form = {name: _sendable(value) for name, value in form.items()}
    failed = [address for address in addresses if fails(client.post(address, form))]
    assert failed == []


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | values, lambda inner: st.lists(inner) | st.dictionaries(values, inner)
)


@settings(quick, max_examples=8)
@given(content=st.one_of(st.binary(max_size=200), JSON.map(lambda value: json.dumps(value).encode())))
def test_bytes_to_any_address_are_answered(client, addresses, content):
    failed = [
        address for address in addresses if fails(client.post(address, content, content_type="application/json"))
    ]
    assert failed == []


TOKENS = (tokens.read_confirm_token, tokens.read_manage_token, tokens.read_leave_token, tokens.read_address_token)


@settings(quick, max_examples=50)
@given(token=st.one_of(values, st.text(alphabet="abAB01:-_=", max_size=60)))
def test_no_token_is_guessed(db, token):
    assert [read(_sendable(token)) for read in TOKENS] == [None] * len(TOKENS)


def test_a_token_serves_one_purpose(db):
    """With the right subscriber and secret, too: a link to leave by does not manage, and none confirms an address."""
    subscriber = SubscriberFactory()
    for made in (
        tokens.manage_token(subscriber),
        tokens.leave_token(subscriber, []),
        tokens.address_token(subscriber, "b@example.org"),
    ):
        assert sum(read(made) is not None for read in TOKENS) == 1


def listed(place: Path) -> set[str]:
    """The values of PLACE, a file with one a line or a JSON array, or a folder of such."""
    if place.is_dir():
        return {value for path in place.iterdir() for value in listed(path)}
    text = place.read_text(encoding="utf-8", errors="replace")
    try:
        return set(map(str, json.loads(text)))
    except ValueError:
        return set(text.splitlines())


def test_lists_are_files_and_folders_of_them(tmp_path):
    (tmp_path / "deeper").mkdir()
    (tmp_path / "lines.txt").write_text("' OR 1=1\nسطر")
    (tmp_path / "deeper" / "array.json").write_text('["two\\nlines", 7]')

    assert listed(tmp_path) == {"' OR 1=1", "سطر", "two\nlines", "7"}


@pytest.mark.skipif("SIJILL_TEST_VALUES" not in os.environ, reason="needs a list of values")
def test_values_of_a_list_are_answered(client, addresses):
    failed = [
        (address, value)
        for value in sorted(listed(Path(os.environ["SIJILL_TEST_VALUES"])))
        for address in addresses
        if fails(client.get(address, dict.fromkeys(PARAMETERS, _sendable(value))))
        or fails(client.post(address, dict.fromkeys(FIELDS, _sendable(value))))
    ]
    assert failed == []
    assert Article.objects.count() == 1


def _sendable(value: str) -> str:
    """VALUE as the test client can write it; a browser would send a question mark in the place of half a pair."""
    return value.encode("utf-8", "replace").decode()
