"""A real Chromium against the real site with the demo archive. Run by itself: `script/test tests/browser`.

SIJILL_TEST_CHROMIUM names the browser's program; script/test finds or installs it.
"""

import os
import re

import pytest
from django.db import connection
from playwright.sync_api import expect

from tests import demo
from tests.archive.admin.walk import rich_newsroom
from tests.archive.subscriptions.channels.conftest import service  # noqa: F401
from tests.browser.waiting import PATIENCE_SECONDS

# Playwright's own loop runs in this thread; the ORM calls of fixtures are still plain synchronous ones.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# As long as Playwright waits for all else: a machine that tests share may take its time.
expect.set_options(timeout=PATIENCE_SECONDS * 1000)

NOT_FOUND_ERROR = re.compile(r"status of (404|410)")
BEGIN_WITH = {"unopened_site": demo.demo, "whole_site": demo.whole_site, "rich_desk": rich_newsroom}
"""What the database begins with in a test, by the fixture that says so."""
ARGUMENTS = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]


@pytest.fixture(scope="session")
def browser_type_launch_args():
    program = os.environ.get("SIJILL_TEST_CHROMIUM")
    arguments = [*ARGUMENTS, "--no-sandbox"] if os.geteuid() == 0 else ARGUMENTS
    return {"args": arguments} | ({"executable_path": program} if program else {})


@pytest.fixture
def console_errors(page) -> list[str]:
    """What the browser complained of so far; a test takes out what it expects."""
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return errors


@pytest.fixture
def browser_context_args(browser_context_args, live_server):
    """Addresses in tests are paths of the live site, and nothing but the site answers, unless a test is about that."""
    return {"service_workers": "block", **browser_context_args, "base_url": live_server.url}


@pytest.fixture
def transactional_db(request, django_db_setup, django_db_blocker):
    """The database, with what the test's fixtures say that it begins with.

    In place of pytest-django's, after which nothing is left for the next test: most begin with what the one before did.
    """
    make = next((make for name, make in BEGIN_WITH.items() if name in request.fixturenames), demo.nothing)
    with django_db_blocker.unblock():
        demo.put_in(make)
        yield
        connection.close()


@pytest.fixture
def db(transactional_db):
    """The same for fixtures that ask for no more."""


@pytest.fixture
def empty_site(live_server, transactional_db, page, console_errors):
    """The page of a browser, for a site with nothing in it; its console must stay free of errors."""
    yield page
    assert console_errors == []


@pytest.fixture
def unopened_site(empty_site):
    """The same for the demo archive."""
    return empty_site


@pytest.fixture
def site(unopened_site):
    """The same at the front page of the demo archive."""
    unopened_site.goto("/")
    return unopened_site


@pytest.fixture
def whole_site(empty_site, console_errors):
    """The same for a site with every kind of page, some of which are not found on purpose."""
    yield empty_site
    console_errors[:] = [error for error in console_errors if not NOT_FOUND_ERROR.search(error)]
