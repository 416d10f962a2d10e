"""Pages are kept while nothing that they are made of changes; an edit is seen at once."""

import gzip
import re
from datetime import UTC, datetime, timedelta

import brotli
import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from archive import page_cache
from archive.metrics import counted
from archive.models import Article, Banner, Section
from archive.search import limits
from archive.tasks import caches
from tests.factories import ArticleFactory, BannerFactory, EntityFactory, MentionFactory, SectionFactory
from tests.queue import waiting_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(settings):
    """A reader of a site that keeps pages, with nothing kept yet."""
    settings.PAGE_CACHE_MEGABYTES = 8
    return Client()


@pytest.fixture
def article():
    return ArticleFactory(title="وصول السفينة", section=SectionFactory(name="مرافئ", slug="مرافئ"))


def read(reader, address: str, **headers):
    """The answer, and how many questions it took."""
    with CaptureQueriesContext(connection) as queries:
        response = reader.get(address, headers=headers)
    return response, len(queries)


def test_a_kept_page_is_the_same_and_asks_one_question(reader, article):
    first, many = read(reader, article.get_absolute_url())
    again, one = read(reader, article.get_absolute_url())
    ids = [response.headers.pop("X-Request-ID") for response in (first, again)]
    assert again.content == first.content
    assert again.headers == first.headers
    assert ids[0] != ids[1]
    assert (many > 1, one) == (True, 1)


def test_what_was_found_is_counted_and_a_kept_page_as_its_view(reader, article):
    def counts() -> list[float]:
        found = [{"store": store, "found": one} for store in ("pages", "queries") for one in ("miss", "hit", "stale")]
        view = {"view": "archive:article-detail", "method": "GET", "status": "200"}
        samples = [*(("sijill_page_cache_total", labels) for labels in found), ("sijill_requests_total", view)]
        return [counted().get_sample_value(name, labels) or 0 for name, labels in samples]

    before = counts()
    reader.get(article.get_absolute_url())
    reader.get(article.get_absolute_url())
    Article.objects.filter(pk=article.pk).update(summary="ملخص")
    reader.get(article.get_absolute_url())
    for _ in range(3):
        reader.get(f"{article.get_absolute_url()}?x=1")
    # What nobody keeps was not to be found.
    for nowhere in (
        "/no-such-page/",
        "/no-such-page/?x=1",
        reverse("archive:opensearch-suggestions") + "?q=x",
        "/healthz",
    ):
        reader.get(nowhere)

    assert [after - earlier for after, earlier in zip(counts(), before, strict=True)] == [1, 1, 1, 1, 2, 0, 6]


@pytest.mark.parametrize(
    "change",
    [
        lambda article: Article.objects.filter(pk=article.pk).update(title="وصول القارب"),
        lambda article: Section.objects.update(name="موانئ"),
        lambda article: BannerFactory(text="ملف جديد"),
    ],
)
@pytest.mark.parametrize("name", ["article", "section", "front"])
def test_an_edit_is_seen_at_once(reader, article, name, change):
    address = {
        "article": article.get_absolute_url(),
        "section": article.section.get_absolute_url(),
        "front": reverse("archive:front"),
    }[name]
    before = reader.get(address)
    change(article)
    after = reader.get(address, follow=True)
    assert after.content != before.content
    assert any(word in after.content.decode() for word in ("وصول القارب", "موانئ", "ملف جديد"))


def test_what_was_withdrawn_is_gone_at_once(reader, article):
    assert reader.get(article.get_absolute_url()).status_code == 200
    Article.objects.filter(pk=article.pk).update(status=Article.Status.WITHDRAWN)
    assert reader.get(article.get_absolute_url()).status_code == 410


def test_front_and_section_stay_when_only_names_change(reader, article):
    for address in ("/", article.section.get_absolute_url()):
        reader.get(address)
        MentionFactory(article=article, entity=EntityFactory())
        assert read(reader, address)[1] == 1
    reader.get(article.get_absolute_url())
    MentionFactory(article=article, entity=EntityFactory())
    assert read(reader, article.get_absolute_url())[1] > 1


def test_an_article_comes_when_its_time_does(reader, article):
    now = timezone.now()
    later = ArticleFactory(title="سيأتي", status="scheduled", published_at=now + timedelta(minutes=5))
    assert "سيأتي" not in reader.get("/").content.decode()
    with time_machine.travel(now + timedelta(minutes=5, seconds=1), tick=False):
        assert "سيأتي" in reader.get("/").content.decode()
        assert reader.get(later.get_absolute_url()).status_code == 200


def test_a_banner_comes_and_goes_by_itself(reader, article):
    now = timezone.now()
    BannerFactory(text="عاجل", starts_at=now + timedelta(minutes=2), ends_at=now + timedelta(minutes=4))
    seen = []
    for minutes in (0, 3, 5):
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            seen.append("عاجل" in reader.get("/").content.decode())
    assert seen == [False, True, False]


def test_the_day_ends_at_midnight(reader, article):
    evening = datetime(2020, 6, 15, 20, 59, tzinfo=UTC)  # In Beirut, a minute to twelve.
    with time_machine.travel(evening, tick=False):
        before = reader.get("/").content
    with time_machine.travel(evening + timedelta(minutes=1), tick=False):
        assert reader.get("/").content != before


def test_readers_get_the_page_of_their_language_theme_and_banner(reader, article):
    banner = BannerFactory(text="عاجل")
    plain = reader.get("/").content
    pages = {plain}
    for name, value in (("django_language", "en"), ("theme", "dark"), ("dismissed_banner", str(banner.pk))):
        other = Client()
        other.handler, other.cookies[name] = reader.handler, value
        pages.add(other.get("/").content)
        assert other.get("/").content in pages - {plain}
    assert len(pages) == 4
    assert reader.get("/").content == plain


def test_cookies_that_say_nothing_make_no_page_of_their_own(reader, article):
    reader.get("/")
    reader.cookies["anything"] = "x"
    reader.cookies["theme"] = "purple"
    reader.cookies["dismissed_banner"] = "77"
    assert read(reader, "/")[1] == 1


def test_staff_get_their_own_and_nobody_else_does(reader, article, admin_user):
    reader.get("/")
    reader.force_login(admin_user)
    response, questions = read(reader, "/")
    assert questions > 1
    assert response["Cache-Control"] == "private, no-cache"
    preview = reader.get(reverse("archive:article-preview", args=[article.pk]))
    assert {"no-store", "private"} <= set(preview["Cache-Control"].split(", "))
    admin = reader.get("/admin/")
    assert {"no-store", "private"} <= set(admin["Cache-Control"].split(", "))


def test_a_form_s_answer_is_kept_nowhere(reader):
    assert reader.post("/banner/dismiss/", {"banner": "1"})["Cache-Control"] == "private, no-store"


def test_what_is_not_there_is_not_kept(reader):
    response, _questions = read(reader, "/article/999/")
    assert (response.status_code, response["Cache-Control"]) == (404, page_cache.NO_PAGE)
    assert reader.get("/no-such-address/")["Cache-Control"] == "no-cache"
    ArticleFactory(pk=999)
    assert reader.get("/article/999/").status_code == 301


def test_an_own_rule_of_a_page_is_left_as_it_is(reader):
    first = reader.get(reverse("archive:opensearch-suggestions"), {"q": "x"})
    assert first["Cache-Control"] == "public, max-age=60"
    assert "no-store" in reader.get("/healthz")["Cache-Control"]


def test_health_is_told_without_the_database(reader):
    assert read(reader, "/healthz")[1] == 0


@pytest.mark.parametrize(
    "address",
    ["/", "/feeds/latest.rss", "/feeds/latest.atom", "/sitemap.xml", "/api/v1/articles", "/search/?q=السفينة"],
)
def test_who_has_a_page_is_told_so_without_its_being_made(reader, article, address):
    first = reader.get(address)
    assert first["ETag"].startswith('"')
    for headers in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
        again, questions = read(reader, address, **headers)
        assert (again.status_code, again.content, questions) == (304, b"", 1)
        assert {name: again[name] for name in ("ETag", "Vary", "Cache-Control")} == {
            name: first[name] for name in ("ETag", "Vary", "Cache-Control")
        }
    article.title = "وصول القارب"
    article.save()
    assert reader.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_page_made_anew_to_the_same_bytes_has_the_same_etag(reader, article):
    first = reader.get("/")
    Section.objects.update(name=article.section.name)
    again, questions = read(reader, "/", **{"If-None-Match": first["ETag"]})
    assert (questions > 1, again.status_code) == (True, 304)


@pytest.mark.parametrize(
    ("accepted", "coding", "decode"),
    [
        ("gzip, deflate, br", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("br;q=0, gzip", "gzip", gzip.decompress),
        ("", None, bytes),
    ],
)
def test_pages_are_compressed_as_the_browser_takes_them(reader, article, accepted, coding, decode):
    plain = reader.get(article.get_absolute_url())
    response = reader.get(article.get_absolute_url(), headers={"Accept-Encoding": accepted})
    assert decode(response.content) == plain.content
    assert (response.get("Content-Encoding"), int(response["Content-Length"])) == (coding, len(response.content))
    assert (response["ETag"] == plain["ETag"]) == (coding is None)
    assert {"Accept-Encoding", "Cookie"} <= set(response["Vary"].split(", "))


def test_the_longest_that_caches_for_many_keep_a_page_is_until_it_changes(reader, article, settings):
    assert (
        reader.get("/")["Cache-Control"]
        == "public, max-age=0, must-revalidate, s-maxage=60, stale-while-revalidate=30"
    )
    now = timezone.now()
    ArticleFactory(published_at=now + timedelta(seconds=20))
    with time_machine.travel(now, tick=False):
        assert "s-maxage=20," in reader.get("/")["Cache-Control"]


def test_no_public_page_sets_a_cookie_or_holds_a_token(reader, article):
    BannerFactory()
    for address in ("/", article.get_absolute_url(), "/search/?q=السفينة", "/about/"):
        response = reader.get(address)
        assert not response.cookies
        assert b"csrfmiddlewaretoken" not in response.content


def test_another_host_is_another_page(reader, article):
    assert b"http://testserver/" in reader.get("/").content
    assert b"http://other.example/" in reader.get("/", headers={"Host": "other.example"}).content


def test_pages_that_anyone_can_ask_for_endlessly_push_out_no_other(settings, article):
    settings.PAGE_CACHE_MEGABYTES = 1
    reader = Client()
    reader.get("/")
    for number in range(60):
        reader.get(f"/search/?q=كلمة{number}")
    assert read(reader, "/")[1] == 1
    assert read(reader, "/search/?q=كلمة0")[1] > 1


def test_keys_for_caches_in_front_are_sent_to_them_alone(reader, settings, article):
    assert "Surrogate-Key" not in reader.get("/").headers
    settings.CACHE_PURGE_URLS = ["http://127.0.0.1:1/"]
    reader = Client()
    keys = reader.get(article.get_absolute_url())["Surrogate-Key"].split()
    assert keys == ["all", "chrome", f"article-{article.pk}"]
    keys = reader.get(article.section.get_absolute_url())["Surrogate-Key"].split()
    assert keys == ["all", "chrome", f"section-{article.section_id}", f"article-{article.pk}"]
    keys = reader.get("/")["Surrogate-Key"].split()
    assert keys == ["all", "front", "chrome", "articles", f"article-{article.pk}"]


def test_a_page_that_lacks_what_took_too_long_is_kept_for_seconds(reader, article, monkeypatch):
    monkeypatch.setattr(limits, "MAX_SECONDS", -1)
    with time_machine.travel(timezone.now(), tick=False) as time:
        response, _count = read(reader, article.get_absolute_url())
        monkeypatch.undo()
        assert response.status_code == 200
        assert "s-maxage=10, stale-while-revalidate=10" in response.headers["Cache-Control"]
        assert read(reader, article.get_absolute_url())[1] == 1
        time.shift(10)
        assert "s-maxage=60" in read(reader, article.get_absolute_url())[0].headers["Cache-Control"]


def test_forms_of_readers_have_no_cache_in_front_told_and_those_of_staff_do(reader, admin_client, settings):
    settings.CACHE_PURGE_URLS = ["http://127.0.0.1:1/"]
    reader.post(reverse("archive:settings"))
    assert waiting_jobs() == []
    admin_client.post(reverse("archive:settings"))
    assert waiting_jobs() == [("purge_now", {})]


def test_an_open_form_of_the_admin_has_no_cache_told(admin_client, article, settings):
    settings.CACHE_PURGE_URLS = ["http://127.0.0.1:1/"]
    assert admin_client.post(reverse("admin:archive_article_presence", args=[article.pk])).status_code == 200
    assert waiting_jobs() == []


def test_a_form_is_answered_though_no_cache_can_be_told(admin_client, settings, monkeypatch):
    def fail():
        raise OperationalError

    settings.CACHE_PURGE_URLS = ["http://127.0.0.1:1/"]
    monkeypatch.setattr(caches, "request_purge", fail)
    assert admin_client.post(reverse("archive:settings")).status_code == 302


def test_users_without_rights_are_served_as_staff_are(reader, article):
    reader.force_login(get_user_model().objects.create_user("someone"))
    assert reader.get("/")["Cache-Control"] == "private, no-cache"


def test_a_banner_that_was_closed_stays_closed(reader, article):
    banner = BannerFactory(text="عاجل")
    reader.post(reverse("archive:banner-dismiss"), {"banner": banner.pk, "next": "/"})
    assert "عاجل" not in reader.get("/").content.decode()
    Banner.objects.filter(pk=banner.pk).update(dismissible=False)
    assert "عاجل" in reader.get("/").content.decode()


# --- When something is wrong -------------------------------------------------------------------------------------------


def test_what_was_made_while_the_clock_was_fast_is_not_sent_when_it_is_right_again(reader, article):
    now = timezone.now()
    ArticleFactory(title="سيأتي غدًا", status="scheduled", published_at=now + timedelta(hours=12))
    with time_machine.travel(now + timedelta(days=1), tick=False):
        assert "سيأتي غدًا" in reader.get("/").content.decode()
    with time_machine.travel(now, tick=False):
        assert "سيأتي غدًا" not in reader.get("/").content.decode()
        # What is made now is kept again.
        assert read(reader, "/")[1] == 1


def pages_kept_for(reader) -> dict:
    """The pages that the site has in memory."""
    middleware = reader.handler._middleware_chain
    while not hasattr(middleware, "_pages"):
        middleware = middleware.get_response
    return middleware._pages._pages


@pytest.mark.parametrize("spoilt", ["body", "headers", "generation", "made_at", "until", "encoded"])
def test_what_is_no_page_is_dropped_and_the_page_made_anew(reader, article, spoilt):
    page = read(reader, "/", accept_encoding="br")[0].content
    (kept,) = pages_kept_for(reader).values()
    setattr(kept, spoilt, object())
    again, many = read(reader, "/", accept_encoding="br")
    assert (again.status_code, again.content, many > 1) == (200, page, True)
    assert read(reader, "/", accept_encoding="br")[1] == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"x_forwarded_host": "evil.example"},
        {"x_forwarded_proto": "https"},
        {"x_original_url": "/admin/"},
        {"x_http_method_override": "DELETE"},
        {"accept_language": "en"},
        {"user_agent": "<script>alert(1)</script>"},
        {"referer": "https://evil.example/"},
        {"range": "bytes=0-9"},
        {"accept": "application/json"},
        {"cookie": "django_language=<script>; theme=evil; prefs=evil; dismissed_banner=evil"},
    ],
    ids=lambda headers: next(iter(headers)),
)
@pytest.mark.parametrize("address", ["/", "/feeds/latest.rss", "/search/?q=السفينة"])
def test_no_reader_can_spoil_the_page_of_others(settings, article, address, headers):
    settings.PAGE_CACHE_MEGABYTES = 8
    expected = Client().get(address)
    other = Client()
    other.get(address, headers=headers)
    given = other.get(address)
    assert (given.status_code, given.content) == (expected.status_code, expected.content)


@pytest.fixture
def database_goes_away(monkeypatch):
    def go_away() -> None:
        def fail():
            raise OperationalError

        monkeypatch.setattr(page_cache, "current", fail)

    return go_away


def test_without_a_database_a_page_is_sent_that_was_good_when_it_last_answered(reader, article, database_goes_away):
    kept = reader.get(article.get_absolute_url())
    now = timezone.now()
    database_goes_away()
    with time_machine.travel(now + timedelta(minutes=30), tick=False):
        away = reader.get(article.get_absolute_url())
    assert (away.status_code, away.content) == (200, kept.content)
    assert int(away["Age"]) // 60 == 30
    # Ten minutes it was good for.
    assert re.fullmatch(r"Sijill; hit; ttl=-(1199|120\d); detail=database-away", away["Cache-Status"])


def test_without_a_database_nothing_is_sent_that_was_known_to_have_changed(reader, article, database_goes_away):
    reader.get(article.get_absolute_url())
    Article.objects.filter(pk=article.pk).update(status=Article.Status.WITHDRAWN)
    assert reader.get(article.get_absolute_url()).status_code == 410
    database_goes_away()
    # The database of the test answers still: the view says what it knows.
    assert reader.get(article.get_absolute_url()).status_code == 410


@pytest.mark.parametrize("minutes", [-5, 71])
def test_without_a_database_nothing_is_sent_that_is_too_old_or_of_the_future(
    reader, article, database_goes_away, minutes
):
    reader.get("/")
    now = timezone.now()
    database_goes_away()
    with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
        assert not reader.get("/").has_header("Cache-Status")


def test_without_a_database_nothing_is_sent_that_was_last_looked_at_too_long_ago(
    reader, article, settings, monkeypatch, database_goes_away
):
    reader.get("/")
    database_goes_away()
    assert reader.get("/").has_header("Cache-Status")
    since = page_cache.monotonic()
    monkeypatch.setattr(page_cache, "monotonic", lambda: since + settings.STALE_PAGE_MINUTES * 60 + 1)
    assert not reader.get("/").has_header("Cache-Status")


def test_without_a_database_staff_are_sent_no_page_from_before(reader, article, admin_user, database_goes_away):
    reader.get("/")
    reader.force_login(admin_user)
    database_goes_away()
    assert not reader.get("/").has_header("Cache-Status")
