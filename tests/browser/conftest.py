"""A real Chromium against the real site with the demo archive. Run by itself: `script/test tests/browser`.

SIJILL_TEST_CHROMIUM names the browser's program; script/test finds or installs it.
"""

import os
import re

import pytest

from tests.browser import demo

# Playwright's own loop runs in this thread; the ORM calls of fixtures are still plain synchronous ones.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

NOT_FOUND_ERROR = re.compile(r"status of (404|410)")
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
def empty_site(live_server, transactional_db, page, console_errors):
    """The page of a browser, for a site with nothing in it; its console must stay free of errors."""
    yield page
    assert console_errors == []


@pytest.fixture
def site(empty_site):
    """The same at the front page of the demo archive."""
    demo.put_in(demo.demo)
    empty_site.goto("/")
    return empty_site


@pytest.fixture
def whole_site(empty_site, console_errors):
    """The same for a site with every kind of page, some of which are not found on purpose."""
    demo.put_in(demo.whole_site)
    yield empty_site
    console_errors[:] = [error for error in console_errors if not NOT_FOUND_ERROR.search(error)]
