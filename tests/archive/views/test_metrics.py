"""Who may read /metrics, and what stands there."""

from ipaddress import ip_network

import pytest
from django.db import OperationalError
from prometheus_client.parser import text_string_to_metric_families

from archive.client_address import client_address
from archive.newsroom import vitals

TOKEN = "a-token-of-the-monitors"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
NEAR, FAR = "10.1.2.3", "192.0.2.7"


@pytest.fixture
def guarded(settings):
    """A function: let in who shows the token, or who is near, or both."""

    def guard(*, token: str = "", network: str = "") -> None:
        settings.METRICS_TOKEN = token
        settings.METRICS_NETWORKS = [ip_network(network)] if network else []
        settings.METRICS = bool(token or network)

    return guard


@pytest.fixture
def told(monkeypatch):
    """What the database would tell, without asking it."""
    rows = [("jobs_waiting", "news", 3.0), ("oldest_job", "news", 61.5), ("workers", "", 2.0)]
    monkeypatch.setattr(vitals, "ask", lambda: rows)
    monkeypatch.setattr(vitals, "PATIENCE_SECONDS", 60)


@pytest.mark.django_db
def test_nothing_is_there_until_a_setting_lets_somebody_in(client, guarded):
    guarded()

    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers=BEARER).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("token", "network", "headers", "address", "status"),
    [
        (TOKEN, "", BEARER, FAR, 200),
        (TOKEN, "", {"Authorization": f"bearer  {TOKEN} "}, FAR, 200),
        (TOKEN, "", {}, FAR, 401),
        (TOKEN, "", {"Authorization": f"Bearer {TOKEN}x"}, FAR, 401),
        (TOKEN, "", {"Authorization": "Bearer "}, FAR, 401),
        (TOKEN, "", {"Authorization": f"Basic {TOKEN}"}, FAR, 401),
        (TOKEN, "", {"Authorization": "Bearer سر"}, FAR, 401),
        ("", "10.0.0.0/8", {}, NEAR, 200),
        ("", "10.0.0.0/8", {}, FAR, 404),
        ("", "10.0.0.0/8", {"X-Forwarded-For": NEAR}, FAR, 404),
        # Through a proxy that the settings do not know of, everybody is near.
        ("", "10.0.0.0/8", {"X-Forwarded-For": FAR}, NEAR, 404),
        ("", "10.0.0.0/8", {"Forwarded": f"for={FAR}"}, NEAR, 404),
        ("", "10.0.0.0/8", {"Via": "1.1 proxy"}, NEAR, 404),
        (TOKEN, "10.0.0.0/8", BEARER, NEAR, 200),
        (TOKEN, "10.0.0.0/8", {}, NEAR, 401),
        (TOKEN, "10.0.0.0/8", BEARER, FAR, 404),
    ],
)
def test_token_and_network_let_in(client, guarded, told, token, network, headers, address, status):
    guarded(token=token, network=network)
    response = client.get("/metrics", headers=headers, REMOTE_ADDR=address)

    assert response.status_code == status
    assert (response.headers.get("WWW-Authenticate") is not None) is (status == 401)


@pytest.mark.django_db
@pytest.mark.parametrize("forwarded", [NEAR, f"{FAR}, {NEAR}"])
@pytest.mark.parametrize("peer", [NEAR, "127.0.0.1"])
def test_what_our_proxy_sends_on_is_of_no_network(client, settings, guarded, told, forwarded, peer):
    guarded(network="10.0.0.0/8")
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    assert client.get("/metrics", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR=peer).status_code == 404
    assert client.get("/metrics", REMOTE_ADDR=NEAR).status_code == 200
    guarded(token=TOKEN)
    assert client.get("/metrics", headers={"X-Forwarded-For": FAR, **BEARER}, REMOTE_ADDR=peer).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "status"), [("/metrics", 200), ("/metrics?x=1", 200), ("/%6Detrics", 404), ("/metrics#x", 404)]
)
def test_address_that_a_proxy_takes_for_another_is_refused(client, guarded, told, sent, status):
    guarded(token=TOKEN)

    assert client.get("/metrics", headers=BEARER, RAW_URI=sent).status_code == status


@pytest.mark.django_db
def test_it_is_kept_nowhere_and_told_to_no_robot(client, guarded, told):
    guarded(token=TOKEN)
    response = client.get("/metrics", headers=BEARER)

    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert "metrics" not in client.get("/robots.txt").text
    assert "metrics" not in client.get("/sitemap-pages.xml").text


@pytest.mark.django_db
def test_other_methods_are_refused(client, guarded):
    guarded(token=TOKEN)

    assert client.post("/metrics", headers=BEARER).status_code == 405


@pytest.mark.django_db
def test_what_the_database_tells_stands_beside_what_was_counted(client, guarded, told):
    guarded(token=TOKEN)
    client.get("/about/")
    samples = samples_of(client.get("/metrics", headers=BEARER).text)

    assert samples["sijill_database_up", ()] == 1
    assert samples["sijill_jobs_waiting", (("queue", "news"),)] == 3
    assert samples["sijill_oldest_job_seconds", (("queue", "news"),)] == 61.5
    assert samples["sijill_workers", ()] == 2
    assert samples["sijill_requests_total", (("method", "GET"), ("status", "200"), ("view", "archive:about"))] >= 1


@pytest.mark.django_db
def test_without_the_database_the_rest_is_told(client, guarded, monkeypatch):
    def fail():
        raise OperationalError("connection refused")

    guarded(token=TOKEN)
    monkeypatch.setattr(vitals, "ask", fail)
    response = client.get("/metrics", headers=BEARER)
    samples = samples_of(response.text)

    assert (response.status_code, samples["sijill_database_up", ()]) == (200, 0)
    assert [name for name, _labels in samples if name == "sijill_jobs_waiting"] == []
    assert [name for name, _labels in samples if name == "sijill_requests_total"] != []


def test_reading_asks_the_database_on_this_thread_nothing(client, guarded, told, django_assert_num_queries, db):
    guarded(token=TOKEN)
    with django_assert_num_queries(0):
        client.get("/metrics", headers=BEARER)


def test_address_without_form_is_of_no_network(rf, guarded, client, db):
    guarded(network="0.0.0.0/0")
    assert client_address(rf.get("/", REMOTE_ADDR="nowhere")) is None
    assert client.get("/metrics", REMOTE_ADDR="nowhere").status_code == 404


def samples_of(text: str) -> dict[tuple[str, tuple], float]:
    return {
        (one.name, tuple(sorted(one.labels.items()))): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }
