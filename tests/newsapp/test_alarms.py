"""The alarms of deploy/ and the tables of docs/operating.md speak of metrics that exist, and of every one."""

import re

import pytest
import yaml

from archive.backups.watch import Backups
from archive.metrics import counted
from archive.newsroom.vitals import GAUGES, QUEUES, Vitals
from archive.replicas.watch import Replicas
from newsapp.worker import CONCURRENCY
from tests.newsapp.server_process import ROOT

ALARMS = yaml.safe_load((ROOT / "deploy" / "prometheus-alerts.yml").read_text(encoding="utf-8"))
RULES = [rule for group in ALARMS["groups"] for rule in group["rules"]]
DOCS = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
SELECTOR = re.compile(r"\b(sijill_\w+)(?:\{([^}]*)\})?")
MATCHER = re.compile(r'(\w+)(=~|!~|!=|=)"([^"]*)"')
VALUES = {
    "outcome": {"found", "nothing", "too_long", "sent", "due", "failed", "suppressed", "cancelled", "done"},
    "by": {"reader", "robot", "api"},
    "queue": set(CONCURRENCY),
}
"""What the labels with few values may be."""


def labels_of_names() -> dict[str, set[str]]:
    """Every name that /metrics has, as rules write it, with its labels."""
    found = {"sijill_database_up": set(), "sijill_vitals_complete": set()}
    for metric in counted()._collector_to_names:
        labels, kind = set(metric._labelnames), metric._type
        if kind == "counter":
            found[f"{metric._name}_total"] = labels
        else:
            found |= {f"{metric._name}_bucket": labels | {"le"}}
            found |= {f"{metric._name}_{end}": labels for end in ("count", "sum")}
    for collector in (Replicas(), Backups(0)):
        found |= {family.name: set(family._labelnames) for family in collector.collect()}
    return found | {name: {label} - {""} for name, _meaning, label in GAUGES.values()}


def families() -> set[str]:
    counters = {f"{one._name}{'_total' * (one._type == 'counter')}" for one in counted()._collector_to_names}
    return counters | {family.name for asked in (Vitals([]), Replicas(), Backups(0)) for family in asked.collect()}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_alarm_asks_for_names_labels_and_values_that_exist(rule):
    known = labels_of_names()
    asked = SELECTOR.findall(rule["expr"])
    assert asked or rule["alert"] == "SijillDown"
    for name, matchers in asked:
        assert name in known
        for label, kind, value in MATCHER.findall(matchers):
            assert label in known[name]
            assert kind != "=" or value in VALUES.get(label, {value})
    assert rule["expr"].count("(") == rule["expr"].count(")")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_alarm_says_how_urgent_it_is_and_what_is_wrong(rule):
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert rule["annotations"]["summary"].endswith(".")
    assert f"`{rule['alert']}`" in DOCS


def test_pages_of_the_monitors_own_wake_nobody():
    [slow] = [rule["expr"] for rule in RULES if rule["alert"] == "SijillPagesSlow"]
    left_out = {label: value for label, kind, value in MATCHER.findall(slow) if kind == "!~"}["view"]

    assert [bool(re.fullmatch(left_out, view)) for view in ("archive:metrics", "admin", "archive:front")] == [
        True, True, False,
    ]  # fmt: skip


def test_failures_are_told_of_every_queue_that_is_worked_on():
    assert set(QUEUES) == set(CONCURRENCY)


def test_docs_list_every_metric_and_no_other():
    listed = set(re.findall(r"^\| `(sijill_\w+)` \|", DOCS, re.MULTILINE))

    assert listed == families()


def test_every_alarm_of_the_docs_is_there():
    assert set(re.findall(r"`(Sijill[A-Z]\w+)`", DOCS)) == {rule["alert"] for rule in RULES}
