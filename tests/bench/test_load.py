"""The crowd is as mixed as it says, and the highest rate is found."""

from collections import Counter

import pytest

from bench import load

CROWD = {kind: [f"/{kind}/1", f"/{kind}/2"] for kind in load.SHARES}


def test_crowd_asks_for_what_it_says_as_often_as_it_says():
    requests = list(load._requests(CROWD, 100.0, 100.0))
    moments = [moment for moment, _kind, _address in requests]
    kinds = Counter(kind for _moment, kind, _address in requests)

    assert moments == sorted(moments)
    assert len(requests) == pytest.approx(10_000, rel=0.05)
    assert {kind: round(100 * count / len(requests)) for kind, count in kinds.items()} == pytest.approx(
        load.SHARES, abs=2
    )
    assert all(address.startswith(f"/{kind}/") for _moment, kind, address in requests)


def test_few_addresses_are_shared_out_as_requests_are():
    pages = {kind: [f"/{number}" for number in range(1000)] for kind in load.SHARES}

    assert {kind: len(found) for kind, found in load._crowd(pages, 200).items()} == {
        "article": 140, "list": 30, "search": 20, "entity": 10,
    }  # fmt: skip


@pytest.mark.parametrize(("bears", "found"), [(100, 100), (5, 5), (0.5, None), (77, 76)])
def test_the_highest_rate_that_is_borne_is_found(bears, found, monkeypatch):
    def attempt(_port, _crowd, _parts, rate, _seconds):
        return load.Step(rate, [load.MOST_P95_MS + (1.0 if rate > bears else 0.0)])

    monkeypatch.setattr(load, "_try", attempt)
    best = load._highest(1, CROWD, [], 1.0)

    assert (best and best.rate) == found


def test_a_step_with_a_failure_is_not_good():
    assert load.Step(1, [1.0]).good is True
    assert load.Step(1, [1.0], failed=1).good is False
