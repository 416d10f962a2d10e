"""Waiting for what no element shows."""

import time

from playwright.sync_api import Page

PATIENCE_SECONDS = 30
PAUSE_MS = 100


def wait_until(page: Page, expression: str, argument: object = None) -> None:
    """Return once EXPRESSION, or the promise it gives, is true: what Playwright has for it, the policy forbids."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not page.evaluate(expression, argument):
        assert time.monotonic() < until, f"never true: {expression}"
        page.wait_for_timeout(PAUSE_MS)
