from archive.subscriptions import common
from archive.subscriptions.common import Common


def test_what_was_made_is_kept_for_a_little_while(monkeypatch):
    moment, made = [100.0], []
    monkeypatch.setattr(common.time, "monotonic", lambda: moment[0])
    kept = Common()

    def make():
        made.append(moment[0])
        return len(made)

    assert [kept.get("a", make), kept.get("a", make), kept.get("b", make)] == [1, 1, 2]
    moment[0] += common.KEPT_SECONDS + 1
    assert kept.get("a", make) == 3
