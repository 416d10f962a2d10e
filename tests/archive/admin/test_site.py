import re
from urllib.parse import quote

import psycopg
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from archive import slow_requests
from archive.ingest.journal import make_run
from archive.models import Article, ArticleLink, Banner, FruitlessSearch, ImportRun, SiteSettings, SocialAccount
from archive.newsroom import dashboard
from archive.newsroom.dashboard import SlowQuery
from archive.tasks.subscriptions import tell_subscribers
from archive.tracing import Trace
from newsapp.postgres import PORT, Cluster
from tests.factories import ArticleFactory, BannerFactory, SectionFactory
from tests.newsapp.conftest import data_dir  # noqa: F401


def test_settings_are_one_object(admin):
    response = admin.get(reverse("admin:archive_sitesettings_changelist"))

    assert response.url == reverse("admin:archive_sitesettings_change", args=[1])
    assert admin.get(reverse("admin:archive_sitesettings_add")).status_code == 403
    assert admin.get(response.url).status_code == 200
    assert SiteSettings.objects.count() == 1


def test_descriptions_have_a_few_lines_and_the_page_about_the_site_has_more(admin):
    form = admin.get(reverse("admin:archive_sitesettings_change", args=[1])).context["adminform"].form
    rows = {name: int(field.widget.attrs.get("rows", 0)) for name, field in form.fields.items()}
    assert [rows[name] for name in ("description", "description_latin", "about", "about_latin")] == [3, 3, 10, 10]


def test_the_sites_name_stands_over_every_page(admin):
    SiteSettings.objects.create(name="أرشيف الميناء")

    assert '<div id="site-name"><a href="/admin/">أرشيف الميناء</a></div>' in admin.get("/admin/").content.decode()


def test_index_counts_what_waits(editor):
    ArticleFactory.create_batch(2, draft=True)
    tomorrow = timezone.now() + timezone.timedelta(days=1)
    ArticleFactory(status=Article.Status.SCHEDULED, published_at=tomorrow)
    ArticleFactory(status=Article.Status.SCHEDULED)
    ArticleFactory.create_batch(3, undated=True)
    article = ArticleFactory()
    for kind in ("previous", "next"):
        ArticleLink.objects.create(from_article=article, title="لم يصل", kind=kind)
    waiting = editor.get(reverse("admin:index")).context["waiting"]

    assert [line.count for line in waiting] == ["٢", "١", "٣", "١"]
    for line in waiting:
        assert editor.get(line.url).context["cl"].result_count == "٠١٢٣".index(line.count)


@pytest.fixture
def watched(settings, tmp_path, monkeypatch):
    """A slow request, a slow statement, and words that are missed."""
    settings.SLOW_REQUESTS_FILE = tmp_path / "slow.jsonl"
    slow_requests.note("GET", 200, 2.5, Trace("8f14e45fceea167a", "archive:search", 9, 2.25))
    monkeypatch.setattr(dashboard, "slow_queries", lambda count=5: [SlowQuery("SELECT $1", 1250, 3)])
    today = timezone.localdate()
    for words, days, count in (("زرافه", 0, 3), ("زرافه", 80, 2), ("قصبجي", 40, 4), ("قديم", 95, 9)):
        FruitlessSearch.objects.create(words=words, day=today - timezone.timedelta(days=days), count=count)


def test_what_is_slow_and_what_is_missed_is_listed(admin, watched):
    page = admin.get(reverse("admin:watching"))
    text = page.content.decode()

    assert [(one["words"], one["count"]) for one in page.context["missed"]] == [("زرافه", 5), ("قصبجي", 4)]
    assert [one.request_id for one in page.context["slow_requests"]] == ["8f14e45fceea167a"]
    assert [word for word in ("GET archive:search 200", "٢٥٠٠", "٢٢٥٠", "SELECT $1") if word not in text] == []


def test_who_only_writes_sees_what_is_missed_and_others_nothing(writer, client, watched):
    page = writer.get(reverse("admin:watching"))
    assert ("missed" in page.context, "8f14e45fceea167a" in page.content.decode()) == (True, False)
    clerk = User.objects.create_user("clerk", is_staff=True)
    client.force_login(clerk)

    assert client.get(reverse("admin:watching")).status_code == 403
    assert Client().get(reverse("admin:watching")).status_code == 302


@pytest.fixture
def counted(data_dir, monkeypatch):  # noqa: F811
    """A database that counts statements, as that of a site does, in the place of the site's."""
    cluster = Cluster(data_dir, throwaway=True)
    cluster.start()
    cluster.release()
    with (cluster.cluster_dir / "postgresql.conf").open("a") as file:
        file.write("shared_preload_libraries = 'pg_stat_statements'\n")
    where = {"host": str(cluster.socket_dir), "port": PORT, "user": "postgres", "dbname": "sijill"}
    with cluster, psycopg.connect(**where, autocommit=True) as own:
        monkeypatch.setattr(dashboard, "connection", own)
        yield own


def test_slow_queries_are_those_that_the_database_has_counted(admin, counted):
    for words in ("سرية", "أخرى"):
        counted.execute(f"SELECT 'كلمة {words}', pg_sleep(0.12) /*request_id='8f14'*/")
    page = admin.get(reverse("admin:watching"))
    text = page.content.decode()

    [slow] = [one for one in page.context["slow"] if "pg_sleep" in one.statement]
    assert (slow.statement, slow.calls, slow.milliseconds >= 120) == ("SELECT $1, pg_sleep($2)", 2, True)
    assert '<code dir="ltr">SELECT $1, pg_sleep($2)</code>' in text
    assert [word for word in ("كلمة", "8f14") if word in text] == []


def test_index_counts_the_jobs_that_wait_for_whoever_runs_imports(admin, writer):
    for number in range(6):
        tell_subscribers.configure(queueing_lock=str(number)).defer()
    with connection.cursor() as cursor:
        for number, status in enumerate(("doing", "failed", "succeeded")):
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = %s WHERE queueing_lock = %s", [status, str(number)]
            )
    index = reverse("admin:index")
    line = re.sub(
        "<.*?>", " ", re.search(r'<p class="queue-state.*?</p>', admin.get(index).content.decode(), re.DOTALL)[0]
    )

    assert "٣ مهام تنتظر" in " ".join(line.split())
    assert "queue-state" not in writer.get(index).content.decode()


def test_failed_imports_are_among_what_waits(admin, editor, writer):
    for state in ("failed", "failed", "finished", "running"):
        ImportRun.objects.filter(pk=make_run([f"{state}.jsonl"], by=User.objects.first()).pk).update(state=state)
    [line] = [line for line in editor.get(reverse("admin:index")).context["waiting"] if "importrun" in line.url]

    assert (line.label, line.count) == ("عمليات استيراد أخفقت", "٢")
    assert [run.state for run in editor.get(line.url).context["cl"].result_list] == ["failed", "failed"]
    assert not [line for line in writer.get(reverse("admin:index")).context["waiting"] if "importrun" in line.url]


def test_a_social_account_that_is_saved_is_on_every_page(editor, article):
    pages = ["/", article.get_absolute_url(), reverse("archive:about")]
    readers = Client()
    assert not [path for path in pages if "t.me/archive" in readers.get(path).content.decode()]
    form = {"network": "telegram", "label": "قناة الأرشيف", "url": "https://t.me/archive", "position": "0"}
    editor.post(reverse("admin:archive_socialaccount_add"), form)
    account = SocialAccount.objects.get()
    for path in pages:
        footer = readers.get(path).content.decode().partition("<footer")[2]
        assert '<a href="https://t.me/archive" rel="me noopener">' in footer
        assert "<bdi>قناة الأرشيف</bdi>" in footer
    editor.post(reverse("admin:archive_socialaccount_change", args=[account.pk]), form | {"label": "أخبارنا"})
    assert "<bdi>أخبارنا</bdi>" in readers.get("/").content.decode()
    editor.post(reverse("admin:archive_socialaccount_delete", args=[account.pk]), {"post": "yes"})
    assert "t.me/archive" not in readers.get("/").content.decode()


def test_index_leads_to_the_lists(admin, watched):
    page = admin.get(reverse("admin:index")).content.decode()

    assert page.count('href="/admin/watching/') == 2


def test_index_keeps_the_order_of_work(admin):
    apps = admin.get(reverse("admin:index")).context["app_list"]

    assert [app["app_label"] for app in apps] == ["archive", "auth", "axes"]
    assert [model["object_name"] for model in apps[0]["models"]][:4] == ["Article", "Entity", "Story", "Section"]


def test_sections_are_ordered_in_their_list(editor):
    first, second = SectionFactory(position=1), SectionFactory(position=2)
    data = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "_save": "1"}
    for row, (section, position) in enumerate([(first, 2), (second, 1)]):
        data |= {f"form-{row}-id": section.pk, f"form-{row}-position": position}
    editor.post(reverse("admin:archive_section_changelist"), data)
    first.refresh_from_db()

    assert first.position == 2


def test_what_django_says_badly_in_arabic_is_said_well(editor):
    section = SectionFactory(name="اقتصاد", position=1)
    change = reverse("admin:archive_section_change", args=[section.pk])
    data = {"name": "اقتصاد", "name_latin": "Economy", "description": "المال والأعمال", "position": "1", "slug": "x"}
    saved = editor.post(change, data, follow=True)
    history = editor.get(reverse("admin:archive_section_history", args=[section.pk]))

    assert [re.sub("<.*?>", "", str(message)) for message in saved.context["messages"]] == ["تم تعديل قسم «اقتصاد»."]
    assert saved.context["title"] == "اختيار قسم للتعديل"
    assert history.context["title"] == "سجلّ التغييرات: اقتصاد"


def test_a_group_of_accounts_is_added_like_any_other_thing(admin):
    titles = [admin.get(reverse(f"admin:auth_group_{name}")).context["title"] for name in ("add", "changelist")]

    assert titles == ["إضافة مجموعة", "اختيار مجموعة للتعديل"]


@pytest.mark.parametrize("model", ["section", "source", "author"])
def test_counts_lead_to_the_articles(editor, model):
    article = ArticleFactory()
    field = "authors" if model == "author" else model
    if model == "author":
        article.authors.create(name="نهى")
    page = editor.get(reverse(f"admin:archive_{model}_changelist"))
    [row] = page.context["cl"].result_list
    link = f"{reverse('admin:archive_article_changelist')}?{field}__id__exact={row.pk}"

    assert row.article_count == 1
    assert f'<a href="{link}">١</a>' in page.content.decode()
    assert editor.get(link).context["cl"].result_count == 1


def test_lists_write_numbers_and_times_as_the_interface_does(editor):
    BannerFactory(url="/search/?q=%D8%AC%D9%86%D9%8A%D9%81", priority=7, starts_at="2017-12-21T06:05Z")
    page = editor.get(reverse("admin:archive_banner_changelist")).content.decode()
    cells = re.findall(r'<td class="field-shown\w*">(.*?)</td>', page)

    assert cells == [
        '<bdi dir="ltr">/search/?q=جنيف</bdi>',
        "نعم",
        "٧",
        "٢١\u00a0كانون\u00a0الأول\u00a0٢٠١٧، ٠٨:٠٥",
        "—",
    ]


def test_dates_are_written_in_either_digits(editor):
    form = {
        "text": "ملف خاص",
        "url": "/archive/",
        "priority": "0",
        "starts_at_0": "٢٠١٧-١٢-٢١",
        "starts_at_1": "٠٨:٠٥",
    }
    editor.post(reverse("admin:archive_banner_add"), form | {"ends_at_0": "", "ends_at_1": ""})

    assert timezone.localtime(Banner.objects.get().starts_at).strftime("%Y-%m-%d %H:%M") == "2017-12-21 08:05"


def test_a_banner_is_refused_a_link_that_leads_nowhere_and_every_error_is_counted(editor):
    form = {"text": "ملف خاص", "url": "/nope x", "priority": "0", "starts_at_0": "2020-01-02", "starts_at_1": "08:00"}
    page = editor.post(reverse("admin:archive_banner_add"), form | {"ends_at_0": "2020-01-01", "ends_at_1": "08:00"})

    assert page.context["adminform"].form.errors["url"] == [
        "اكتب رابطًا كاملًا، من \u2066https://\u2069 فما بعدها، أو مسارًا في هذا الموقع، من \u2066/\u2069 فما بعدها؛ بلا مسافات."
    ]
    assert "صحّح الخطأين أدناه." in page.content.decode()
    assert not Banner.objects.exists()


def test_years_and_months_above_a_list_are_the_interfaces_own(editor):
    ArticleFactory(published_at="2017-12-21T06:05Z")
    ArticleFactory(published_at="2017-02-21T06:05Z")
    ArticleFactory(published_at="2016-02-21T06:05Z")
    address = reverse("admin:archive_article_changelist")
    years, months = (editor.get(address, query).content.decode() for query in ({}, {"published_at__year": 2017}))

    assert [">٢٠١٧</a>" in years, ">كانون\u00a0الأول (ديسمبر) ٢٠١٧</a>" in months] == [True, True]


def test_scripts_of_the_admin_speak_arabic(editor):
    catalogue = editor.get(reverse("admin:jsi18n")).content.decode()

    assert '"Friday": "\\u0627\\u0644\\u062c\\u0645\\u0639\\u0629"' in catalogue


def test_who_lacks_a_right_is_told_so_and_led_back_to_the_admin(writer):
    page = writer.get(reverse("admin:archive_source_add"))

    assert page.status_code == 403
    assert "لا يملك حسابك صلاحية دخولها" in page.content.decode()
    assert '<a class="button" href="/admin/">' in page.content.decode()


def test_an_old_form_is_told_from_a_missing_right(db):
    page = Client(enforce_csrf_checks=True).post(reverse("admin:login"), {"username": "writer"})

    assert page.status_code == 403
    assert "النموذج الذي أرسلته قديم" in page.content.decode()


def test_editors_choose_where_articles_can_be_shared(admin, article):
    address = reverse("admin:archive_sitesettings_change", args=[1])
    form = admin.get(address).context["adminform"].form
    assert form.initial["share_targets"] == ["whatsapp", "telegram", "x", "facebook", "email"]
    values = {name: form.initial.get(name) or "" for name in form.fields}
    admin.post(address, values | {"share_targets": ["telegram", "email"]})
    assert SiteSettings.objects.get().share_targets == ["telegram", "email"]
    page = Client().get(article.get_absolute_url()).content.decode()
    assert "https://t.me/share/" in page
    assert "mailto:?subject=" in page
    assert "wa.me" not in page


@pytest.mark.parametrize(
    "line",
    [
        "LinkedIn",
        "https://a.example/?u={url}",
        "A http://a.example/?u={url}",
        "A https://a.example/",
        "A https://{url}/",
    ],
)
def test_another_place_to_share_is_a_name_and_an_address(admin, line):
    address = reverse("admin:archive_sitesettings_change", args=[1])
    form = admin.get(address).context["adminform"].form
    values = {name: form.initial.get(name) or "" for name in form.fields}
    page = admin.post(address, values | {"own_share_targets": line})
    assert list(page.context["adminform"].form.errors) == ["own_share_targets"]


def test_editors_name_other_places_to_share(admin, article):
    address = reverse("admin:archive_sitesettings_change", args=[1])
    form = admin.get(address).context["adminform"].form
    values = {name: form.initial.get(name) or "" for name in form.fields}
    lines = "منصة أخرى https://other.example/s?t={title}&u={url}\r\n\r\nLinkedIn https://in.example/?url={url}"
    admin.post(address, values | {"own_share_targets": lines})
    article.title = "سفينة {url} & ميناء"
    article.save()
    page = Client().get(article.get_absolute_url()).content.decode()
    url = quote(f"http://testserver{article.get_absolute_url()}", safe="")
    links = re.findall(r'<a href="(https://(?:other|in)[^"]*)"[^>]*>.*?<bdi>([^<]*)</bdi>', page, re.DOTALL)
    assert links == [
        (f"https://other.example/s?t={quote(article.title, safe='')}&amp;u={url}", "منصة أخرى"),
        (f"https://in.example/?url={url}", "LinkedIn"),
    ]
