"""What a browser loads for a page, and how it comes up: with Chromium, and with Lighthouse."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from playwright.sync_api import Browser, sync_playwright

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
FLAGS = "--headless=new --no-sandbox --disable-gpu"
PHONE = {"width": 390, "height": 844}

# Layout shifts and paints are told to observers only; a click or a key would excuse a shift, and there is none.
WATCH = """
window.shifts = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifts += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
TOLD = """
() => {
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  const resources = performance.getEntriesByType("resource");
  return {
    shifts: window.shifts,
    paint: paint ? paint.startTime : null,
    blocking: 1 + resources.filter((entry) => entry.renderBlockingStatus === "blocking").length,
    before: 1 + resources.filter((entry) => paint && entry.responseEnd <= paint.startTime).length,
  };
}
"""


@dataclass(frozen=True)
class Loaded:
    """What a cold browser loads for a page, in bytes as sent; pictures apart. HOSTS are all it asked."""

    html_bytes: int
    total_bytes: int
    picture_bytes: int
    requests: int
    blocking: int
    before_paint: int
    shifts: float
    hosts: frozenset[str]


@contextmanager
def chromium(program: str | None) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def load(browser: Browser, address: str) -> Loaded:
    """Load ADDRESS as on a phone, with nothing known beforehand, and scroll through it."""
    context = browser.new_context(viewport=PHONE, device_scale_factor=2, is_mobile=True, has_touch=True)
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    kinds: dict[str, tuple[str, str]] = {}
    sizes: dict[str, int] = {}
    devtools.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: _kind(event)}))
    devtools.on(
        "Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]})
    )
    devtools.send("Network.enable")
    page.add_init_script(WATCH)
    page.goto(address, wait_until="networkidle")
    for _screen in range(20):
        page.mouse.wheel(0, PHONE["height"])
        page.wait_for_timeout(50)
    page.wait_for_load_state("networkidle")
    told = page.evaluate(TOLD)
    context.close()
    by_kind: dict[str, int] = {}
    for request, (kind, _host) in kinds.items():
        by_kind[kind] = by_kind.get(kind, 0) + int(sizes.get(request, 0))
    return Loaded(
        html_bytes=by_kind.get("Document", 0),
        total_bytes=sum(by_kind.values()) - by_kind.get("Image", 0),
        picture_bytes=by_kind.get("Image", 0),
        requests=len(kinds),
        blocking=told["blocking"],
        before_paint=told["before"],
        shifts=told["shifts"],
        hosts=frozenset(host for _kind, host in kinds.values()),
    )


def _kind(event: dict) -> tuple[str, str]:
    url = event["response"]["url"]
    return event["type"], "" if url.startswith("data:") else urlsplit(url).netloc


def lighthouse(command: Path, address: str, browser: str | None, *, runs: int) -> tuple[dict[str, float], list[str]]:
    """The medians of the scores that Lighthouse, at COMMAND, gives ADDRESS, of 100, and what it finds amiss."""
    environment = os.environ | ({"CHROME_PATH": browser} if browser else {})
    scores: dict[str, list[float]] = {category: [] for category in CATEGORIES}
    for _run in range(runs):
        report = _report([command, address, "--quiet", "--output=json", f"--chrome-flags={FLAGS}"], environment)
        for category in CATEGORIES:
            scores[category].append(report["categories"][category]["score"] * 100)
    return {category: median(found) for category, found in scores.items()}, _amiss(report)


def _report(command: Sequence[str | Path], environment: Mapping[str, str], *, tries: int = 3) -> dict:
    """What Lighthouse tells; now and then its browser does not start, and it is asked again."""
    for left in reversed(range(tries)):
        done = subprocess.run(command, capture_output=True, check=not left, env=environment)
        if not done.returncode:
            break
    return json.loads(done.stdout)


def _amiss(report: dict) -> list[str]:
    """The names of the audits in REPORT for which a page lost points beside speed."""
    counted = [
        audit["id"]
        for category in CATEGORIES[1:]
        for audit in report["categories"][category]["auditRefs"]
        if audit["weight"]
    ]
    return [name for name in counted if report["audits"][name]["score"] not in (None, 1)]
