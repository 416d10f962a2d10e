import pytest

from archive.models import Delivery, Subscriber
from bench import deliveries
from bench.figures import wall_clock
from tests.archive.subscriptions.killing import settings_of_tests

MESSAGES = 30


@pytest.mark.django_db(transaction=True)
def test_a_small_run(capsys, monkeypatch):
    for name, value in settings_of_tests().items():
        monkeypatch.setenv(name, value)
    with deliveries.sink() as port:
        deliveries.make_readers(MESSAGES)
        assert Subscriber.objects.count() == MESSAGES
        assert deliveries.announce(wall_clock) > 0
        assert list(Delivery.objects.values_list("state", flat=True)) == ["due"] * MESSAGES
        assert deliveries.prepare(wall_clock) > 0
        for processes in (1, 2):
            deliveries.due_again()
            seconds = deliveries.send(port, processes)
            assert list(Delivery.objects.values_list("state", "attempts")) == [("sent", 1)] * MESSAGES
            deliveries.show(f"sent by {processes}", MESSAGES, seconds)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:3] for line in lines] == [["sent", "by", "1"], ["sent", "by", "2"]]
    assert all(line.endswith(" a minute") for line in lines)
