"""The settings: every variable documented, read in one place, and understood or refused."""

import ast
import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from newsapp import settings
from newsapp.environment import Environment, database_of
from tests.newsapp.server_process import ROOT, VARIABLES


def trees() -> dict[str, ast.AST]:
    files = [path for folder in ("newsapp", "archive") for path in (ROOT / folder).rglob("*.py")]
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text()) for path in [*files, ROOT / "manage.py"]}


def variables_read(tree: ast.AST) -> list[str]:
    return [
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]


def reads_environment(tree: ast.AST) -> bool:
    # Every Django program names its settings module there, which reads nothing.
    return re.search(r"\bos\.(environ(?!\.setdefault\()|getenv)", ast.unparse(tree)) is not None


def environment(**variables: str) -> Environment:
    env = Environment()
    env.ENVIRON = variables
    return env


def test_every_variable_that_is_read_is_in_the_example_and_no_other():
    assert sorted(VARIABLES) == sorted(variables_read(trees()["newsapp/settings.py"]))


def test_settings_alone_read_the_environment():
    assert [path for path, tree in trees().items() if reads_environment(tree)] == ["newsapp/settings.py"]


def test_example_sets_nothing_as_it_stands():
    lines = (ROOT / ".env.example").read_text().splitlines()

    assert [line for line in lines if line and not line.startswith("# ")] == []


def test_empty_variable_counts_as_one_that_is_not_set():
    env = environment(PORT="", HTTPS=" ", ALLOWED_HOSTS="")

    assert env.int("PORT", default=8000) == 8000
    assert env.bool("HTTPS", default=True) is True
    assert env.list("ALLOWED_HOSTS", str.strip, default=["localhost"]) == ["localhost"]


def test_value_that_begins_with_a_dollar_is_no_reference():
    assert environment(SECRET_KEY="$HOME-of-keys", HOME="/root").str("SECRET_KEY", default="") == "$HOME-of-keys"


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("YES", True), ("1", True), ("false", False), ("Off", False), ("0", False)]
)
def test_switch_is_on_or_off(text, value):
    assert environment(HTTPS=text).bool("HTTPS", default=not value) is value


def test_list_may_have_spaces():
    assert environment(ALLOWED_HOSTS="a.example, b.example").list("ALLOWED_HOSTS", str.strip, default=[]) == [
        "a.example",
        "b.example",
    ]


def test_choice_has_its_own_spelling():
    assert environment(LOG_LEVEL="warning").choice("LOG_LEVEL", ("INFO", "WARNING"), default="INFO") == "WARNING"


@pytest.mark.parametrize(
    ("read", "line"),
    [
        (
            lambda: environment(HTTPS="maybe").bool("HTTPS", default=False),
            "HTTPS must be one of true, on, yes, 1, false, off, no, 0, not 'maybe'",
        ),
        (lambda: environment(PORT="http").int("PORT", default=1), "PORT must be a number, not 'http'"),
        (
            lambda: environment(LOG_LEVEL="loud").choice("LOG_LEVEL", ("INFO", "ERROR"), default="INFO"),
            "LOG_LEVEL must be one of INFO, ERROR, not 'loud'",
        ),
    ],
)
def test_value_that_cannot_be_understood_is_named(read, line):
    with pytest.raises(ImproperlyConfigured) as refusal:
        read()

    assert str(refusal.value) == line


@pytest.mark.parametrize(
    ("url", "host", "port", "name", "password"),
    [
        ("postgresql://a:b@db.example:5433/archive", "db.example", 5433, "archive", "b"),
        ("postgres://a:b@db.example/archive", "db.example", "", "archive", "b"),
        ("postgresql://a:%40%2F%3A@[::1]/archive", "::1", "", "archive", "@/:"),
        ("postgresql://a:b@%2Frun%2FPostgres:5433/archive", "/run/Postgres", 5433, "archive", "b"),
        ("postgresql://a@//run/Postgres/archive", "/run/Postgres", "", "archive", ""),
    ],
)
def test_database_url_is_read_in_every_form(url, host, port, name, password):
    config = database_of(url)

    assert (config["HOST"], config["PORT"], config["NAME"], config["PASSWORD"]) == (host, port, name, password)


def test_folder_of_a_socket_may_stand_in_the_query():
    assert database_of("postgresql:///archive?host=/run/postgresql")["OPTIONS"] == {"host": "/run/postgresql"}


@pytest.mark.parametrize(
    "url",
    ["archive", "mysql://a@db.example/archive", "postgresql://db.example", "postgresql://a@db.example:x/archive"],
)
def test_url_that_names_no_postgres_is_refused(url):
    with pytest.raises(ImproperlyConfigured) as refusal:
        database_of(url)

    assert str(refusal.value) == "DATABASE_URL must look like postgresql://role:password@host:5432/database"


def test_machine_secret_key_is_made_once_for_its_owner_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path / "data")

    keys = {settings._machine_secret_key(), settings._machine_secret_key()}

    (file,) = Path(tmp_path / "data").iterdir()
    assert (keys, file.name, oct(file.stat().st_mode & 0o777)) == ({file.read_text()}, "secret_key", "0o600")


def test_readme_names_no_variable_that_is_not_read():
    named = set(re.findall(r"\b([A-Z][A-Z_]+)=", (ROOT / "README.md").read_text()))

    assert sorted(named - set(VARIABLES)) == []


@pytest.mark.parametrize(
    "text", ["archive.example", "ftp://archive.example", "https://", "https://a b", "https://a#b"]
)
def test_what_is_no_web_address_is_refused(text):
    with pytest.raises(ImproperlyConfigured) as refusal:
        environment(SITE_URL=text).web_address("SITE_URL")

    assert "SITE_URL" in str(refusal.value)


@pytest.mark.parametrize("origin", ["http://[::1]:9000", "https://[2001:db8::7]", "https://push.example.org/send"])
def test_service_that_nothing_can_be_signed_for_is_refused(origin):
    with pytest.raises(ImproperlyConfigured, match=r"^PUSH_SERVICES must list hosts"):
        environment(PUSH_SERVICES=f"push.example.org,{origin}").services("PUSH_SERVICES", default=[])


def test_services_are_hosts_and_origins():
    services = ["push.example.org", "*.example.org", "https://push.example.org:8443", "http://127.0.0.1:9000"]
    assert environment(PUSH_SERVICES=", ".join(services)).services("PUSH_SERVICES", default=[]) == services
    assert environment().services("PUSH_SERVICES", default=["fcm.googleapis.com"]) == ["fcm.googleapis.com"]


@pytest.mark.parametrize("text", ["", "https://archive.example", "http://localhost:8000/hub/?a=b"])
def test_web_address_stays_as_it_is_written(text):
    assert environment(WEBSUB_HUB_URL=text).web_address("WEBSUB_HUB_URL") == text
