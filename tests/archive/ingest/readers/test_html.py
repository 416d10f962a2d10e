"""Saved web pages of different kinds, written by hand as sites of those kinds write theirs."""

import io
import json
import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.ingest.formats import recognise
from archive.ingest.furniture import RepeatedLines
from archive.ingest.readers import HEAD_BYTES, ReadContext
from archive.ingest.readers.html import HtmlPage
from archive.ingest.records import ReadDate, Record, RecordLink, RecordPicture, Rejected
from archive.ingest.web.tree import MAX_PAGE_BYTES, MAX_TAGS
from archive.text.html import plain_text
from tests.archive.ingest.pages import (
    PARAGRAPHS,
    TITLE,
    WEB_PAGES,
    article_page,
    dropped_codes,
    html_page,
    note_codes,
    paragraphs_of,
    read_html,
    read_web_page,
)


def lines_of(record) -> list[str]:
    return plain_text(record.body).split("\n")


# --- Pages of different kinds ---


def test_a_blog_with_all_metadata_and_much_around_the_text():
    record = read_web_page("wordpress")
    assert record.title == "افتتاح مكتبة عامة في حي الميناء بعد عشر سنوات من الانتظار"
    assert record.published == ReadDate(datetime(2021, 3, 14, 6, 30, tzinfo=UTC), "minute")
    assert (record.authors, record.section, record.language) == (("سلمى الحداد",), "ثقافة", "ar")
    assert record.url == "https://marfa.example/2021/03/14/library-opens/"
    assert [line[:25] for line in lines_of(record)] == [
        "افتتحت بلدية الميناء صباح",
        "وقالت مديرة المكتبة هدى ا",
        "قاعة للأطفال",
        "وتتسع القاعة لستين طفلاً،",
        "«لم نصدق أن الباب فتح أخي",
        "لا مواعيد بعد.",
    ]
    assert "<h2>قاعة للأطفال</h2>" in record.body
    assert "<blockquote>\n<p>«لم نصدق" in record.body
    assert '<a href="https://marfa.example/2021/03/02/children-hall/"' in record.body
    assert record.pictures == (
        RecordPicture(
            "https://marfa.example/wp-content/uploads/2021/03/library.jpg",
            "واجهة المكتبة الجديدة قبل الافتتاح (المرفأ)",
            "واجهة المكتبة",
        ),
    )
    assert set(record.links) == {
        RecordLink(
            "previous", "ترميم السوق القديم يبدأ الشهر المقبل", "https://marfa.example/2021/03/13/old-market/"
        ),
        RecordLink("next", "عبّارة جديدة تربط الميناء بالجزيرة", "https://marfa.example/2021/03/15/ferry/"),
        RecordLink(
            "related", "معرض الكتاب يعود إلى الميناء في الخريف", "https://marfa.example/2021/03/10/book-fair/"
        ),
        RecordLink("related", "ناد للقراءة في مقهى الصيادين", "https://marfa.example/2020/11/02/reading-club/"),
    }


def test_a_page_laid_out_by_tables_told_in_the_wrong_encoding():
    raw = (WEB_PAGES / "layout_tables.html").read_text().encode("cp1256")
    record = read_html(raw)
    assert record.title == "البلدية تزرع ألف شجرة على طريق النهر"
    assert record.published == ReadDate(datetime(2009, 12, 24), "day")  # noqa: DTZ001
    assert [line[:20] for line in paragraphs_of(record)] == [
        "بدأت البلدية أمس زرا",
        "وقال رئيس البلدية إن",
        "وأوضح مهندس الحدائق ",
    ]
    assert (record.encoding, note_codes(record)) == ("cp1256", ["encoding_declared_wrongly"])
    assert record.raw == raw


def test_a_page_of_divs_without_any_metadata():
    record = read_web_page("plain_divs")
    assert record.title == "صياد يعثر على جرة عمرها ألفا عام"
    assert record.published == ReadDate(datetime(2018, 12, 18, 19, 45, tzinfo=UTC), "minute")
    assert (record.authors, record.place) == (("نادر منصور",), "طرابلس")
    assert [line[:14] for line in paragraphs_of(record)] == [
        "عثر صياد من ال",
        "وقال الصياد إن",
        "وأشارت المديري",
        "وستعرض بعد تر" + "م",
    ]
    assert record.links == (RecordLink("related", "غواصون ينظفون قاع المرفأ من الشباك المهجورة"),)
    assert dropped_codes(record) == ["place", "date", "link", "share", "newsletter"]


def test_a_page_with_microdata_a_list_a_table_and_a_quotation():
    record = read_web_page("microdata")
    assert record.title == "أسعار التمور بين موسمين"
    assert record.published == ReadDate(datetime(2016, 9, 5, 18, 20, tzinfo=timezone(timedelta(hours=3))), "minute")
    assert (record.authors, record.section) == (("ريم العتيبي",), "اقتصاد")
    assert record.url == "http://waha.example/story/881"
    assert "<h3>ثلاثة أسباب</h3>\n<ul>\n<li>وفرة المحصول" in record.body
    assert "<table><caption>سعر الكيلوغرام بالريال</caption><tbody><tr><th>الصنف</th>" in record.body
    assert "<blockquote>\n<p>الموسم الوفير نعمة" in record.body
    assert lines_of(record)[-1] == "أما التجار فيرون أن الأسعار ستعود كما كانت."
    assert record.links == (RecordLink("related", "مهرجان التمور يستقبل زواره", "http://waha.example/story/870"),)
    assert "البريدية" not in record.body


def test_links_in_the_cells_of_a_table_stay():
    table = (
        '<table><tr><th>القرية</th><th>الطن</th></tr><tr><td><a href="/v/1"> <b>السهل</b></a> وما حوله</td><td>12</td></tr>'
        '<tr><td><a href="javascript:alert(1)">الساحل</a></td><td>&lt;7</td></tr></table>'
    )
    record = read_html(
        article_page(table).replace("<head>", '<head><link rel="canonical" href="http://s.example/n/1">')
    )
    assert (
        '<tr><td><a href="http://s.example/v/1" rel="noopener nofollow">السهل</a> وما حوله</td><td>12</td></tr>'
        "<tr><td>الساحل</td><td>&lt;7</td></tr>"
    ) in record.body


LONG_CELL = "يقول المقترح إن الري بالتنقيط يوفر نصف الماء الذي يذهب في القنوات المكشوفة بين القرى. " * 5


@pytest.mark.parametrize(
    "table",
    [
        "<tr><th>المقترح</th><th>شرحه</th></tr><tr><td>التنقيط</td><td>{0}</td></tr>",
        "<caption>مقترحات الري</caption><tr><td>التنقيط</td><td>{0}</td></tr><tr><td>القنوات</td><td>{0}</td></tr>",
        "<tr><td></td><td>شرحه</td></tr><tr><th>التنقيط</th><td>{0}</td></tr><tr><th>القنوات</th><td>{0}</td></tr>",
        "<tr><td>المقترح</td><td>شرحه</td></tr><tr><td>التنقيط</td><td>{0}</td></tr><tr><td>القنوات</td><td>{0}</td></tr>",
        "<tr><td>1</td><td>{0}</td></tr><tr><td>2</td><td>{0}</td></tr><tr><td>3</td><td><p>{0}</p><p>{0}</p></td></tr>",
    ],
)
def test_a_table_of_data_with_prose_in_its_cells_stays_one(table):
    record = read_html(article_page(f"<table>{table.format(LONG_CELL)}</table>"))
    assert f"<td>{LONG_CELL.strip()}" in record.body
    assert record.body.count("<tr>") == table.count("<tr>")
    assert [line for line in lines_of(record) if line in PARAGRAPHS] == list(PARAGRAPHS)


@pytest.mark.parametrize(
    "table",
    [
        "<table><tr><td>قائمة</td><td>{0}</td></tr></table>",
        "<table><tr><td>{0}</td></tr><tr><td>{0}</td></tr><tr><td>{0}</td></tr></table>",
        "<table><tr><td>الري</td><td>{0}</td></tr><tr><td></td><td>{0}</td></tr><tr><td>القنوات</td><td>{0}</td></tr></table>",
        '<table role="presentation"><tr><th>أ</th><th>ب</th></tr><tr><td>ج</td><td>{0}</td></tr></table>',
        "<table><tr><th>أ</th><th>ب</th></tr><tr><td>ج</td><td><h2>الري</h2>{0}</td></tr></table>",
        "<table><tr><td>{0}</td><td>{0}</td></tr><tr><td>{0}</td><td>{0}</td></tr><tr><td>{0}</td><td>{0}</td></tr></table>",
        "<table><tr><th>أ</th><th>ب</th></tr><tr><td>ج</td><td>{0}{0}{0}{0}{0}{0}{0}{0}</td></tr></table>",
    ],
)
def test_a_table_that_puts_prose_in_its_place_is_no_table(table):
    record = read_html(article_page(table.format(LONG_CELL)))
    assert "<table>" not in record.body
    assert LONG_CELL.strip() in " ".join(lines_of(record))


def test_a_page_with_broken_markup_and_broken_metadata():
    record = read_web_page("broken")
    assert record.title == "مجلس القرية يقر موازنته بعد جلسة طويلة"
    assert record.published == ReadDate(datetime(2014, 2, 11, 9, 5), "minute")  # noqa: DTZ001
    # Half of a name in broken quotes is none.
    assert record.authors == ()
    assert [line[:18] for line in paragraphs_of(record)] == [
        "أقر مجلس القرية مو",
        "وخصص ثلثها لشبكة ا",
        "واعترض عضوان على ب",
    ]
    assert record.links == (
        RecordLink("previous", "عرس جماعي في ساحة العين"),
        RecordLink("next", "مدرسة القرية تفتح صفاً سابعاً"),
    )


def test_a_page_with_more_comments_than_text_and_an_introduction_apart():
    record = read_web_page("drupal")
    assert record.title == "نهر الغزلان يجف للمرة الأولى"
    assert record.published == ReadDate(datetime(2013, 8, 20, 22, 15, tzinfo=timezone(timedelta(hours=2))), "minute")
    assert record.authors == ("جمال عبد ربه",)
    assert [line[:12] for line in lines_of(record)] == [
        "المزارعون يح",
        "جف مجرى نهر ",
        "وتقول المصلح",
        "وقال مزارع م",
    ]


def test_a_page_whose_text_is_in_its_metadata_only():
    record = read_web_page("json_only")
    assert [line[:10] for line in paragraphs_of(record)] == ["وصلت قافلة", "وحملت القا"]
    assert (record.authors, note_codes(record)) == ((), ["body_from_metadata"])


# --- No articles ---


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ((WEB_PAGES / "front.html").read_text(), "page_front"),
        (
            html_page("<p>عذراً، الصفحة التي تبحث عنها غير موجودة.</p>", title="404 - الصفحة غير موجودة"),
            "page_not_found",
        ),
        (
            html_page(
                '<form><input name="u"><input type="password"><p>أدخل اسمك وكلمة السر.</p></form>',
                title="تسجيل الدخول",
            ),
            "page_login",
        ),
        (html_page(""), "no_body"),
        ("<html></html>", "no_title_no_body"),
        (
            html_page("<p>An example of a page that has no Arabic text in it at all.</p>", title="Example"),
            "not_arabic",
        ),
        ("<p>" * (MAX_TAGS + 1), "page_too_many_tags"),
        (b"<p>" + b"x" * MAX_PAGE_BYTES, "page_too_large"),
        ("", "file_empty"),
    ],
)
def test_what_is_no_article_is_set_aside_with_its_reason(page, code):
    found = read_html(page)
    assert isinstance(found, Rejected)
    assert found.note.code == code


def test_a_page_in_another_language_is_read_when_the_format_is_named():
    page = html_page(
        "<p>The council met on Monday and agreed on a budget for the schools of the town.</p>", title="Budget agreed"
    )
    record = read_html(page, chosen=True)
    assert (record.title, record.language) == ("Budget agreed", "und")


# --- Headlines ---


@pytest.mark.parametrize(
    "title",
    [
        "{} - صحيفة السهل",
        "صحيفة السهل | {}",
        "{} » السهل",
        "السهل :: {}",
        "{} – محليات – صحيفة السهل",
        "{} | Assahl",
    ],
)
def test_a_headline_comes_without_the_name_of_its_site(title):
    head = '<meta property="og:site_name" content="السهل">'
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    page = f"<html><head><title>{title.format(TITLE)}</title>{head}</head><body><div>{paragraphs}</div></body></html>"
    assert read_html(page).title.removesuffix(" – محليات") == TITLE


def test_a_headline_keeps_its_own_dashes():
    title = "القمة الثالثة - بيان ختامي بلا مفاجآت"
    assert read_html(article_page(title=title)).title == title


def test_a_heading_that_is_the_sites_name_is_no_headline():
    page = article_page().replace("<h1>", "<h1>السهل</h1><h2>").replace(f"{TITLE}</h1>", f"{TITLE}</h2>")
    page = page.replace("<head>", '<head><meta property="og:site_name" content="السهل">')
    assert read_html(page).title == TITLE


def test_a_headline_cut_short_in_the_metadata_is_read_from_the_page():
    head = f'<meta property="og:title" content="{TITLE[:30]}…">'
    assert read_html(article_page(head=head)).title == TITLE


# --- Furniture ---


@pytest.mark.parametrize(
    "furniture",
    [
        '<div class="share-buttons"><a href="/x">فيسبوك</a> <a href="/y">تويتر</a></div>',
        "<p>تابعونا على تويتر</p>",
        "<p>للاشتراك في خدمة الواتساب اضغط هنا</p>",
        "<p>// انتهى //</p>",
        '<p><a href="/n/7">اقرأ أيضا: قطاف العنب يبدأ باكراً هذا العام</a></p>',
        '<div class="related"><h4>اقرأ أيضاً</h4><ul><li><a href="/n/7">قطاف العنب يبدأ باكراً هذا العام</a></li></ul></div>',
        '<p>اقرأ أيضا</p><p><a href="/n/7">قطاف العنب يبدأ باكراً هذا العام</a></p>',
        '<div class="adsbygoogle">إعلان</div>',
        "<p>جميع الحقوق محفوظة لصحيفة السهل</p>",
        '<div class="tags"><a href="/t/1">زيتون</a><a href="/t/2">زراعة</a></div>',
        '<div style="display:none"><p>نص لا يراه أحد من قراء الصفحة لأنه مخفي عنهم جميعاً.</p></div>',
        '<span class="sr-only">انقر للمشاركة على فيسبوك</span>',
        "<script>document.write('نص')</script><style>p{}</style><noscript>فعّل جافاسكربت</noscript>",
        "<button>أرسل</button><select><option>مدينة</option></select>",
    ],
)
def test_furniture_amid_the_text_is_left_out_and_no_paragraph_with_it(furniture):
    assert paragraphs_of(read_html(article_page(furniture))) == list(PARAGRAPHS)


@pytest.mark.parametrize(
    "wrapped",
    [
        '<div class="article-share-wrapper related widget">{}</div>',
        '<form id="aspnetForm">{}</form>',
        '<div class="sidebar"><div class="comments-and-text">{}<h1>وجه آخر</h1></div></div>',
        '<section class="ad-free">{}</section>',
        "<ul><li>{}</li></ul>",
        "<table><tr><td>قائمة</td><td>{}</td></tr></table>",
    ],
)
def test_a_name_that_lies_about_the_articles_own_place_loses_no_paragraph(wrapped):
    body = wrapped.format("".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS))
    assert [line for line in lines_of(read_html(html_page(body))) if line != "وجه آخر"] == list(PARAGRAPHS)


def test_paragraphs_in_boxes_of_their_own_are_one_text():
    body = "".join(f'<div class="block"><div><p>{paragraph}</p></div></div>' for paragraph in PARAGRAPHS)
    assert paragraphs_of(read_html(html_page(body))) == list(PARAGRAPHS)


@pytest.mark.parametrize(
    "wrapped",
    [
        '<div class="elementor-widget elementor-widget-text-editor"><div>{}</div></div>',
        '<div class="hidden-xs d-none d-md-block"><p>{}</p></div>',
        '<div dir="rtl" class="bbc-19j92fr"><p>{}</p></div>',
        '<div class="related-story-text"><p>{}</p></div>',
    ],
)
def test_each_paragraph_in_a_box_whose_name_lies(wrapped):
    text = [f"{paragraph} {' '.join(PARAGRAPHS)}" for paragraph in PARAGRAPHS]
    body = "".join(wrapped.format(paragraph) for paragraph in text)
    assert lines_of(read_html(html_page(body))) == text


def test_the_next_article_of_an_endless_page_is_another():
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    more = "".join(f"<p>{paragraph} {paragraph}</p>" for paragraph in PARAGRAPHS * 3)
    page = f"<article><h1>{TITLE}</h1><div>{text}</div></article><article><h1>خبر آخر تماماً عن الصيد</h1><div>{more}</div></article>"
    record = read_html(f"<html><head><title>{TITLE}</title></head><body>{page}</body></html>")
    assert (record.title, paragraphs_of(record)) == (TITLE, list(PARAGRAPHS))


def test_subheads_of_the_first_rank_part_no_article():
    first, second, third = PARAGRAPHS
    body = f"<div><p>{first} {second} {third}</p><h1>قطاف مبكر</h1><p>{second}</p></div>"
    assert "<h2>قطاف مبكر</h2>" in read_html(html_page(body)).body


def test_a_text_of_one_short_sentence_is_a_text():
    assert paragraphs_of(read_html(html_page("<div><p>فاز الفريق بهدفين.</p></div>"))) == ["فاز الفريق بهدفين."]


def test_short_lines_beside_one_paragraph_are_text():
    lines = ["س: كيف كان الموسم؟", "ج: كان جيداً جداً.", "س: والأسعار؟", "ج: ثابتة."]
    body = "".join(f"<p>{line}</p>" for line in lines)
    for wrapped in ("{}", "<div class=wrap>{}</div>"):
        record = read_html(html_page(wrapped.format(f"<p>{PARAGRAPHS[0]}</p>{body}")))
        assert paragraphs_of(record) == [PARAGRAPHS[0], *lines]


def test_text_in_no_paragraph_before_a_heading_is_no_heading():
    told = f"{PARAGRAPHS[0]}<h2>ما بعد القرار</h2><p>{PARAGRAPHS[1]}</p>"
    body = read_html(html_page(f"<div>{told}</div>")).body
    assert f"<p>{PARAGRAPHS[0]}</p>" in body
    assert "<h2>ما بعد القرار</h2>" in body


def test_preformatted_lines_are_lines():
    text = "\n\n".join(PARAGRAPHS)
    assert paragraphs_of(read_html(html_page(f"<pre>{text}</pre>"))) == list(PARAGRAPHS)


def test_a_headline_of_the_second_rank_is_the_one_that_the_title_names():
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    page = f"<html><head><title>{TITLE} | السهل</title></head><body><h2>أخبار</h2><div><h2>{TITLE}</h2>{text}</div></body></html>"
    assert (read_html(page).title, paragraphs_of(read_html(page))) == (TITLE, list(PARAGRAPHS))


def test_a_heading_of_a_list_of_links_and_one_with_nothing_below_are_no_subheads():
    links = '<p><strong>قصص مقترحة</strong></p><ul><li><a href="/n/1">قطاف العنب يبدأ باكراً</a></li></ul>'
    assert paragraphs_of(read_html(article_page(links))) == list(PARAGRAPHS)
    page = article_page().replace("</div></body>", "<h5>للتواصل مع الكاتب</h5></div></body>")
    assert paragraphs_of(read_html(page)) == list(PARAGRAPHS)


def test_a_caption_behind_a_word_for_those_who_do_not_see():
    picture = '<figure><img src="https://s.example/a.jpg"><figcaption><span class="sr-only">شرح الصورة،</span>حقول الوادي</figcaption></figure>'
    record = read_html(article_page(picture))
    lead = '<a href="https://s.example/a.jpg" rel="noopener nofollow">حقول الوادي</a>'
    shown = [*PARAGRAPHS[:2], f"<figure><figcaption>{lead}</figcaption></figure>", PARAGRAPHS[2]]
    assert (paragraphs_of(record), record.pictures[0].caption) == (shown, "حقول الوادي")


@pytest.mark.parametrize("around", ['<div class="photo">{}</div>', "<ul><li>{}</li></ul>"])
def test_a_picture_with_a_caption_stays_where_it_stood(around):
    picture = '<img src="https://s.example/a.jpg"><p class="caption">حقول الوادي</p>'
    record = read_html(article_page(around.format(picture)))
    lead = '<a href="https://s.example/a.jpg" rel="noopener nofollow">حقول الوادي</a>'
    shown = [*PARAGRAPHS[:2], f"<figure><figcaption>{lead}</figcaption></figure>", PARAGRAPHS[2]]
    assert (paragraphs_of(record), record.pictures[0].caption) == (shown, "حقول الوادي")
    assert "caption" not in dropped_codes(record)


def test_the_caption_of_a_table_stays_with_it():
    table = "<table><tr><th>السنة</th><th>العدد</th></tr><tr><td>2017</td><td>4</td></tr></table>"
    record = read_html(article_page(f"<figure>{table}<figcaption>سكان الوادي</figcaption></figure>"))
    [figure] = re.findall("<figure>.*</figure>", record.body, re.DOTALL)
    assert plain_text(figure) == "السنة\tالعدد\n2017\t4\nسكان الوادي"
    assert figure.count("<table>") == figure.count("<figcaption>") == 1


def test_the_caption_of_what_is_no_picture_of_the_article_stays_text():
    logo = '<figure><img src="https://s.example/logo.png"><figcaption>شعار النقابة الجديد</figcaption></figure>'
    assert "<figure><figcaption>شعار النقابة الجديد</figcaption></figure>" in read_html(article_page(logo)).body


def test_a_list_of_links_amid_the_text_leads_elsewhere():
    links = '<ul><li><a href="/n/1">قطاف العنب يبدأ باكراً</a></li><li><a href="/n/2">أسعار الزيت ترتفع هذا الشهر</a></li></ul>'
    record = read_html(article_page(links))
    assert paragraphs_of(record) == list(PARAGRAPHS)
    assert [link.title for link in record.links] == ["قطاف العنب يبدأ باكراً", "أسعار الزيت ترتفع هذا الشهر"]


def test_a_page_whose_headline_is_known_by_a_name_only():
    text = "<br><br>".join(PARAGRAPHS)
    body = (
        f'<form><table><tr><td><span id="ctl00_lblTitle">{TITLE}</span><br><span id="ctl00_lblDate">5/4/2008</span><br><br>'
        f'<span id="ctl00_lblBody">{text}</span></td></tr></table></form>'
    )
    record = read_html(f"<html><head><title>صحيفة السهل</title></head><body>{body}</body></html>")
    assert (record.title, paragraphs_of(record)) == (TITLE, list(PARAGRAPHS))
    assert record.published == ReadDate(datetime(2008, 4, 5), "day")  # noqa: DTZ001


def test_teasers_below_the_text_are_no_part_of_it():
    teasers = "".join(
        f'<div class="card"><h3><a href="/n/{number}">عنوان خبر آخر من أخبار القرية {number}</a></h3><p>{PARAGRAPHS[0][::-1]}</p></div>'
        for number in range(4)
    )
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS * 2)
    record = read_html(html_page(f"<div><div>{text}</div><div>{teasers}</div></div>"))
    assert paragraphs_of(record) == list(PARAGRAPHS * 2)


def test_short_last_paragraphs_and_short_first_ones_are_kept():
    first, second, third = PARAGRAPHS
    page = html_page(f"<div><p>خاص.</p><p>{first}</p><p>{second}</p><p>{third}</p><p>نعم.</p></div>")
    assert paragraphs_of(read_html(page))[-1] == "نعم."


def test_what_repeats_on_a_sites_pages_is_learnt_from_them():
    slogan = "السهل صحيفة كل بيت وكل حقل"
    pages = []
    for number in range(6):
        text = "".join(f"<p>{paragraph} {number}{place}.</p>" for place, paragraph in enumerate(PARAGRAPHS))
        pages.append(
            html_page(f"<div>{text}<p>{slogan}</p></div>", title=f"خبر القرية رقم {number} في هذا اليوم").encode()
        )
    repeated = RepeatedLines.learn([HtmlPage().lines(page) for page in pages])
    assert slogan in read_html(pages[0]).body
    record = read_html(pages[0], repeated=repeated)
    assert slogan not in record.body
    assert len(paragraphs_of(record)) == 3


# --- Text ---


def test_lines_broken_once_are_paragraphs_when_they_are_sentences_and_stay_lines_when_not():
    prose = "<br>".join(PARAGRAPHS)
    assert paragraphs_of(read_html(html_page(f"<div>{prose}</div>"))) == list(PARAGRAPHS)
    poem = "<p>يا زيتون الدار<br>يا ظل الجار<br>طال الانتظار</p>"
    assert "<p>يا زيتون الدار<br>يا ظل الجار<br>طال الانتظار</p>" in read_html(article_page(poem)).body


def test_characters_are_repaired_in_the_text_and_kept_in_the_bytes():
    strange = (
        "<p>ﻗﺎﻝ\u200f المزارع\u0000\u001a&nbsp;&#8203;إن &quot;الموسم&quot; جيد هذا العام كما لم يكن من قبل.</p>"
    )
    raw = article_page(strange).encode()
    record = read_html(raw)
    assert 'قال المزارع إن "الموسم" جيد' in plain_text(record.body).replace("  ", " ")
    assert record.raw == raw


def test_markup_that_could_act_is_left_out():
    evil = (
        '<p onclick="x()" style="background:url(javascript:x)">نص <a href="javascript:alert(1)">رابط</a> <img src=x onerror=alert(1)>'
        '<a href="data:text/html,x">آخر</a><b onmouseover=x>غامق</b></p><iframe src="http://evil.example"></iframe><object data=x></object>'
        "<svg><script>alert(1)</script></svg><math><mtext></mtext></math>"
    )
    body = read_html(article_page(evil)).body
    assert "<strong>غامق</strong>" in body
    for word in ("javascript", "onclick", "onerror", "onmouse", "style", "iframe", "data:", "alert", "svg"):
        assert word not in body


def test_a_page_nested_too_deeply_is_read_as_far_as_it_goes_or_refused():
    found = read_html(f"<div>{PARAGRAPHS[0]}</div>" + "<div>" * 100_000 + PARAGRAPHS[1])
    assert isinstance(found, Record | Rejected)
    [found] = HtmlPage().read(io.BytesIO(b"<b>" * 200_000), ReadContext("x"))
    assert isinstance(found, Rejected)


def test_the_language_is_that_of_the_text():
    assert read_html(article_page().replace("<html>", '<html lang="en-US">')).language == "ar"
    assert read_html(article_page().replace("<html>", '<html lang="fa">')).language == "fa"


# --- Dates ---


def test_dates_of_columns_footers_and_the_text_are_not_the_articles():
    decoys = "<p>وقعت الحادثة في 3 آذار 2011 كما يذكر أهل القرية الذين عاشوا تلك الأيام.</p>"
    page = article_page(decoys).replace(
        "</body>",
        '<aside class="sidebar"><time datetime="2019-01-01">1 يناير 2019</time></aside>'
        "<div>جميع الحقوق محفوظة © 2018</div><div class=current-date>الأحد 5 أيار 2019</div></body>",
    )
    assert read_html(page).published is None


def test_the_date_of_the_last_change_is_no_date_of_publication():
    head = '<meta property="article:modified_time" content="2017-05-01T10:00:00Z">'
    record = read_html(article_page(head=head))
    assert (record.published, note_codes(record)) == (None, ["date_modified_only"])


def test_a_time_that_the_page_prints_as_local_is_no_time_of_greenwich():
    head = '<meta property="article:published_time" content="2020-08-24T09:23:13Z">'
    record = read_html(article_page(head=head, above="<div>الاثنين، 24 أغسطس 2020 09:23 ص</div>"))
    assert record.published == ReadDate(datetime(2020, 8, 24, 9, 23, 13), "minute")  # noqa: DTZ001
    assert note_codes(record) == ["zone_contradicted"]


def test_metadata_that_differs_from_what_is_printed_is_taken_and_told():
    head = '<meta property="article:published_time" content="2020-08-24T09:23:13+03:00">'
    record = read_html(article_page(head=head, above="<div>نشر في 3 شباط 2011</div>"))
    assert record.published.value.year == 2020
    assert note_codes(record) == ["dates_differ"]


def test_an_address_made_of_days_is_the_last_to_be_asked():
    head = '<link rel="canonical" href="https://sahl.example/2012/07/04/news.html">'
    assert read_html(article_page(head=head)).published == ReadDate(datetime(2012, 7, 4), "day")  # noqa: DTZ001


@pytest.mark.parametrize(
    ("above", "published"),
    [
        ('<h2 class="date-header"><span>الثلاثاء، 5 مايو 2015</span></h2>', ReadDate(datetime(2015, 5, 5), "day")),  # noqa: DTZ001
        ('<div class="current-date">الثلاثاء، 5 مايو 2015</div>', None),
        ("<div>الثلاثاء، 5 مايو 2015</div>", None),
    ],
)
def test_a_date_above_the_headline_is_its_own_when_it_is_called_so(above, published):
    assert read_html(article_page().replace("<h1>", f"{above}<h1>")).published == published


def test_a_blogs_own_mark_of_its_date():
    above = '<abbr class="published" title="2015-05-05T10:20:00+03:00">10:20 ص</abbr>'
    assert read_html(article_page(above=above)).published.value.isoformat() == "2015-05-05T10:20:00+03:00"


def test_the_title_of_an_abbreviation_is_its_whole_moment():
    """As free blogs have it."""
    footer = '<div class="post-footer"><abbr itemprop="datePublished" title="2011-04-17T10:31:00+02:00">10:31 ص</abbr></div>'
    record = read_html(article_page(footer))
    assert (record.published.value.isoformat(), record.notes) == ("2011-04-17T10:31:00+02:00", [])


def test_the_date_of_an_issue_above_the_headline():
    line = "<div>الاثنين 24 شعبان 1438هـ - 20 مايو 2017م - العدد 17862</div>"
    record = read_html(article_page().replace("<h1>", f"{line}<h1>"))
    assert record.published == ReadDate(datetime(2017, 5, 20), "day")  # noqa: DTZ001


def test_an_author_and_a_section_told_by_the_names_of_their_elements():
    line = '<div class="meta"><span class="author">الوادي - منى العلوي من الرباط</span> <span class="cat"><a href="/e">اقتصاد</a></span></div>'
    site = '<meta property="og:site_name" content="جريدة الوادي - أخبار المدينة لحظة بلحظة">'
    record = read_html(article_page(above=line, head=site))
    assert (record.authors, record.place, record.section) == (("منى العلوي",), "الرباط", "اقتصاد")
    assert record.source == "جريدة الوادي"


def test_the_previous_and_the_next_by_their_relations():
    links = '<p class="pager"><a rel="prev" href="/8">الخبر السابق: افتتاح جسر</a> <a rel="next" href="/10">الخبر التالي: إغلاق شارع</a></p>'
    record = read_html(article_page(links))
    assert [(link.kind, link.title) for link in record.links] == [("previous", "افتتاح جسر"), ("next", "إغلاق شارع")]


def test_a_headline_below_no_heading_and_behind_a_sites_name_and_a_colon():
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    page = f"<html><head><title>صحيفة الوادي : {TITLE}</title></head><body><div><b>{TITLE}</b><br>بيروت - رويترز:</div>{text}</body></html>"
    record = read_html(page)
    assert (record.title, record.place, paragraphs_of(record)) == (TITLE, "بيروت", list(PARAGRAPHS))
    quoted = read_html(article_page(title="صحيفة الوادي : لا اتفاق بعد على الميزانية"))
    assert quoted.title == "صحيفة الوادي : لا اتفاق بعد على الميزانية"


def test_the_caption_of_a_picture_that_cannot_be_found_stays_text():
    """Saved beside the page, a picture has no address."""
    figure = '<figure><img src="./page_files/a.jpg"><figcaption>مبنى البلدية</figcaption></figure>'
    head = '<link rel="canonical" href="https://wadi.example/a/1">'
    record = read_html(article_page(figure, head=head))
    shown = "<figure><figcaption>مبنى البلدية</figcaption></figure>"
    assert (record.pictures, paragraphs_of(record)) == ((), [*PARAGRAPHS[:2], shown, PARAGRAPHS[2]])


@pytest.mark.parametrize(
    "line",
    ["اشترك في قناة «الوادي» على تيليغرام", "تابعوا آخر الأخبار على تطبيق الوادي", "تابعوا أخبار الوادي عبر تلغرام"],
)
def test_invitations_to_channels_and_programs_are_no_text(line):
    assert paragraphs_of(read_html(article_page(f"<p>{line}</p>"))) == list(PARAGRAPHS)


def test_a_list_of_what_a_page_says_of_its_article_is_no_text():
    above = (
        '<section><ul><li>منى الخوري</li><li><time datetime="2020-05-06">6 مايو/ أيار 2020</time></li></ul></section>'
    )
    body = "".join(f'<div class="b"><p>{paragraph}</p></div>' for paragraph in PARAGRAPHS)
    record = read_html(html_page(f"<main>{above}{body}</main>"))
    assert (record.published, paragraphs_of(record)) == (ReadDate(datetime(2020, 5, 6), "day"), list(PARAGRAPHS))  # noqa: DTZ001


def test_parts_of_one_line_are_read_apart():
    above = "<div><span>12 نيسان 2016</span> <span>بقلم: منى الخوري</span> <a>5 تعليقات</a></div>"
    record = read_html(article_page(above=above))
    assert (record.published, record.authors) == (ReadDate(datetime(2016, 4, 12), "day"), ("منى الخوري",))  # noqa: DTZ001


# --- Metadata ---


def test_the_article_is_told_from_those_that_its_page_lists():
    other = {
        "@type": "NewsArticle",
        "headline": "خبر آخر تماماً",
        "datePublished": "2001-01-01",
        "url": "https://s.example/n/1",
    }
    this = {"@type": "NewsArticle", "headline": TITLE, "datePublished": "2015-02-03", "url": "https://s.example/n/2"}
    data = json.dumps({"@graph": [{"@type": "ItemList", "itemListElement": [other]}, other, this]})
    head = (
        f'<meta property="og:url" content="https://s.example/n/2"><script type="application/ld+json">{data}</script>'
    )
    assert read_html(article_page(head=head)).published == ReadDate(datetime(2015, 2, 3), "day")  # noqa: DTZ001


@pytest.mark.parametrize("author", ["admin", "https://facebook.com/someone", "المحرر", "السهل"])
def test_what_is_no_name_is_no_author(author):
    head = f'<meta property="og:site_name" content="السهل"><meta name="author" content="{author}">'
    assert read_html(article_page(head=head)).authors == ()


def test_deep_metadata_is_left_alone():
    head = f'<script type="application/ld+json">{"[" * 100_000}</script>'
    assert paragraphs_of(read_html(article_page(head=head))) == list(PARAGRAPHS)


@pytest.mark.parametrize(
    ("comment", "collected"),
    [
        ("<!-- saved from url=(0025)https://s.example/n/1#top -->", None),
        (
            "<!--\n Page saved with a helper \n url: https://s.example/n/1 \n saved date: Mon Apr 15 2019 04:30:00 GMT+0300 (X)\n-->",
            "2019-04-15T04:30:00+03:00",
        ),
    ],
)
def test_what_browsers_write_into_the_pages_they_save(comment, collected):
    record = read_html(f"<!DOCTYPE html>\n{comment}\n{article_page()}")
    assert record.url == "https://s.example/n/1"
    assert (record.collected and record.collected.value.isoformat()) == collected
    assert record.published is None


# --- Recognition ---


def test_a_page_that_begins_with_a_long_comment_is_known_by_its_name():
    assert HtmlPage().recognises(b"<!-- " + b"x" * HEAD_BYTES, "page.HTM")
    assert not HtmlPage().recognises(b"<!-- " + b"x" * HEAD_BYTES, "page.xml")


@pytest.mark.parametrize(
    "begin",
    [
        "<!DOCTYPE html>",
        "<?xml version='1.0'?><!DOCTYPE html>",
        "<!-- x --><HTML lang=ar>",
        "\n<head>",
        "<div class=x>",
    ],
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_web_pages_are_recognised(begin, codec):
    assert recognise(f"{begin}{TITLE}".encode(codec)[:HEAD_BYTES], "x").name == "html"


@pytest.mark.parametrize(
    "begin", ["<rss version='2.0'>", "<?xml version='1.0'?><feed>", "<NewsML>", "نص", "{}", "<DOC>"]
)
def test_other_formats_are_not(begin):
    assert not HtmlPage().recognises(begin.encode(), "x.html")


_PIECES = st.sampled_from(
    [
        *(
            "<p>",
            "</p>",
            "<div class=related>",
            "</div>",
            "<h1>",
            "<a href=/x>",
            "</a>",
            "<br>",
            "<table><tr><td>",
            "<li>",
        ),
        *(
            "<b>",
            "</b>",
            "<script type='application/ld+json'>{",
            "</script>",
            "<time datetime=2011>",
            "<!--",
            "<![CDATA[",
        ),
        *("<meta property=og:title content=x>", "نص عربي ", PARAGRAPHS[0], "2017-01-01", "\x00", "&#0;", "&nbsp;"),
        *("اقرأ أيضا", "السابق: خبر", "<blockquote>", "<figure><img src=/a.jpg>", "<span class=hidden>"),
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.lists(_PIECES, max_size=60).map(lambda parts: "".join(parts).encode())))
def test_no_bytes_make_it_raise(raw):
    [found] = HtmlPage().read(io.BytesIO(raw), ReadContext("x"))
    assert isinstance(found, Record | Rejected)
    HtmlPage().lines(raw)
    HtmlPage().recognises(raw, "x")
