"""Web pages and web archives, from their files to articles."""

import pytest

from archive.ingest.importing import Import
from archive.ingest.load import LoadOptions
from archive.ingest.readers.html import HtmlPage
from archive.ingest.report import ImportReport, Outcome
from archive.models import Article, Image
from tests.archive.ingest.pages import PARAGRAPHS, WEB_PAGES, article_page, html_page
from tests.archive.ingest.readers.test_warc import http, record

pytestmark = pytest.mark.django_db


def load(*names: str, **options) -> tuple[list, list]:
    entries: list = []
    Import(LoadOptions(**options), ImportReport([entries.append])).run(names)
    return [entry.outcome for entry in entries], entries


def test_a_page_becomes_an_article_with_its_pictures_and_links_and_the_same_again_changes_nothing():
    page = str(WEB_PAGES / "wordpress.html")
    assert load(page, source="marfa")[0] == [Outcome.CREATED]
    article = Article.objects.published().get()
    assert (article.section.name, article.author_names) == ("ثقافة", ["سلمى الحداد"])
    assert article.original_url == "https://marfa.example/2021/03/14/library-opens/"
    assert {link.kind for link in article.links.all()} == {"previous", "next", "related"}
    [image] = article.images.all()
    assert image.caption == "واجهة المكتبة الجديدة قبل الافتتاح (المرفأ)"
    assert article.capture.content == (WEB_PAGES / "wordpress.html").read_bytes()
    assert load(page, source="marfa")[0] == [Outcome.UNCHANGED]
    assert Image.objects.count() == 1


def test_a_picture_that_comes_later_is_added(tmp_path):
    head = '<link rel="canonical" href="https://s.example/n/1">'
    path = tmp_path / "page.html"
    path.write_text(article_page(head=head))
    load(str(path), source="s")
    path.write_text(article_page(head=head + '<meta property="og:image" content="https://s.example/olives.jpg">'))
    outcomes, entries = load(str(path), source="s")
    assert (outcomes, entries[0].changed) == ([Outcome.UPDATED], ("pictures",))
    assert Image.objects.get().url == "https://s.example/olives.jpg"


def test_what_the_pages_of_a_folder_repeat_is_left_out_of_each(tmp_path):
    slogan = "السهل صحيفة كل بيت وكل حقل"
    for number in range(6):
        text = "".join(f"<p>{paragraph} {number}{place}.</p>" for place, paragraph in enumerate(PARAGRAPHS))
        page = html_page(f"<div>{text}<p>{slogan}</p></div>", title=f"خبر القرية رقم {number} في هذا اليوم")
        (tmp_path / f"{number}.html").write_text(page)
    assert load(str(tmp_path), source="s")[0] == [Outcome.CREATED] * 6
    assert not Article.objects.filter(text__contains=slogan).exists()


def test_of_a_large_folder_some_pages_from_everywhere_are_learnt_from(tmp_path, monkeypatch):
    learnt = []

    def lines(reader, raw):
        learnt.append(int(raw.split(b"<title>")[1].split()[0]))

    monkeypatch.setattr(HtmlPage, "lines", lines)
    monkeypatch.setattr(HtmlPage, "pages_learnt", 3)
    monkeypatch.setattr("archive.ingest.importing.LEARNT_COUNTS", [3, 100])
    for number in range(8):
        (tmp_path / f"{number}.html").write_text(article_page(title=f"{number} خبر من القرية"))
    assert load(str(tmp_path), source="s")[0] == [Outcome.CREATED] * 8
    assert learnt == [0, 2, 5]


def test_what_the_archive_has_of_a_site_helps_with_one_more_page(tmp_path):
    test_what_the_pages_of_a_folder_repeat_is_left_out_of_each(tmp_path)
    text = "".join(f"<p>{paragraph} أيضاً.</p>" for paragraph in PARAGRAPHS)
    page = tmp_path / "more" / "7.html"
    page.parent.mkdir()
    page.write_text(
        html_page(f"<div>{text}<p>السهل صحيفة كل بيت وكل حقل</p></div>", title="خبر جديد من القرية البعيدة")
    )
    load(str(page), source="s")
    assert "صحيفة كل بيت" not in Article.objects.get(title__startswith="خبر جديد").text


def test_an_archive_is_told_of_in_full(tmp_path):
    path = tmp_path / "crawl.warc"
    path.write_bytes(record(b"x: y", kind="warcinfo") + record(http()) + record(http())[:-300])
    outcomes, _entries = load(str(path), source="s")
    assert sorted(outcomes) == sorted([Outcome.CREATED, Outcome.FAILED, Outcome.SKIPPED])
    article = Article.objects.get()
    assert (article.original_url, article.collected_at.year, article.published_at) == (
        "https://s.example/n/1",
        2019,
        None,
    )
