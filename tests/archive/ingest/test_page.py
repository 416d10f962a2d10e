import textwrap
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.ingest.furniture import RepeatedLines
from archive.ingest.lines import page_lines
from archive.ingest.page import read_page
from archive.ingest.records import Dropped, Note, ReadDate, Record, RecordLink, Rejected
from tests.archive.ingest.pages import (
    PAGES,
    PARAGRAPHS,
    TITLE,
    dropped_codes,
    note_codes,
    page,
    paragraphs_of,
    read_page_bytes,
    read_page_text,
)

DAY = ReadDate(datetime(2017, 12, 21), "day")  # noqa: DTZ001
ALONE = RepeatedLines()


def test_a_saved_page_is_one_article_without_the_page():
    record = read_page_bytes((PAGES / "tourist-train.txt").read_bytes())
    assert record.title == "عودة القطار السياحي إلى محطة الوادي القديمة"
    assert record.links == (
        RecordLink("previous", "افتتاح مكتبة عامة في حي الميناء بعد ترميمها"),
        RecordLink("next", "موسم زيتون وفير في قرى الوادي رغم تأخر المطر"),
    )
    assert dropped_codes(record) == [
        "header",
        "title_repeated",
        "title_repeated",
        "whatsapp",
        "newsletter",
        "social",
        "footer",
        "link",
        "link",
    ]
    assert record.published is None


def test_lines_of_other_pages_are_the_sites():
    texts = [path.read_text() for path in sorted(PAGES.glob("*.txt"))]
    repeated = RepeatedLines.learn([page_lines(text) for text in texts])
    found = [read_page(text, repeated) for text in texts]
    assert [len(page.paragraphs) for page in found] == [1, 3, 3, 2]
    assert {Dropped("repeated", "صور الوادي في أسبوع")} <= set(found[0].dropped)
    assert [page.title for page in found] == [text.splitlines()[2] for text in texts]


@pytest.mark.parametrize("codec", ["utf-8-sig", "cp1256", "utf-16", "iso8859-6"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_parallel_shapes_give_the_same_article(codec, line_end):
    text = page("شارك الخبر").replace("،", ",").replace("\n", line_end)
    record = read_page_bytes(text.encode(codec))
    assert (record.title, paragraphs_of(record)) == (TITLE, list(PARAGRAPHS))


def test_a_breadcrumb_names_the_section():
    record = read_page_text(f"الرئيسية » اقتصاد » {TITLE}\n\n" + page())
    assert (record.title, record.section, dropped_codes(record)) == (TITLE, "اقتصاد", ["breadcrumb"])


def test_a_menu_names_no_section():
    record = read_page_text("الرئيسية | محليات | رياضة | ثقافة\n\n" + page())
    assert (record.title, record.section, dropped_codes(record)) == (TITLE, "", ["breadcrumb"])


@pytest.mark.parametrize("trail", ["الرئيسية » اقتصاد", "الرئيسية » اقتصاد » زراعة", "الرئيسية | اقتصاد"])
def test_a_trail_names_the_section_without_the_title_too(trail):
    assert read_page_text(f"{trail}\n\n" + page()).section == "اقتصاد"


@pytest.mark.parametrize(
    ("labels", "kinds"),
    [
        (("السابق", "التالي"), ["previous", "next"]),
        (("السابق:", "التالى:"), ["previous", "next"]),
        (("المقال السابق:", "المقال التالي:"), ["previous", "next"]),
        (("« الخبر السابق", "الخبر التالي »"), ["previous", "next"]),
        (("Previous:", "Next:"), ["previous", "next"]),
        (("اقرأ أيضاً:", "شاهد أيضا"), ["related", "related"]),
    ],
)
def test_links_under_other_words(labels, kinds):
    titles = ("عنوان خبر من الأمس", "هل يصل المطر «أخيراً»؟")
    record = read_page_text(
        page() + "\n\n" + "\n".join(f"{label} {title}" for label, title in zip(labels, titles, strict=True))
    )
    assert record.links == tuple(RecordLink(kind, title) for kind, title in zip(kinds, titles, strict=True))
    assert paragraphs_of(record) == list(PARAGRAPHS)


def test_a_label_above_its_title():
    record = read_page_text(page() + "\n\nالخبر السابق\nعنوان خبر من الأمس\nالخبر التالي\nعنوان خبر من الغد")
    assert record.links == (RecordLink("previous", "عنوان خبر من الأمس"), RecordLink("next", "عنوان خبر من الغد"))


def test_a_title_below_its_label_is_a_link_though_it_stands_on_its_own_page_too():
    title = "عنوان خبر من الأمس"
    own_page = page(title=title, paragraphs=("قال مدير المرفأ إن حركة السفن عادت إلى طبيعتها بعد العاصفة.",))
    texts = [page() + f"\n\nالخبر السابق\n{title}", own_page]
    found = read_page(texts[0], RepeatedLines.learn([page_lines(text) for text in texts]))
    assert found.links == [RecordLink("previous", title)]


def test_links_above_the_sites_own_sentence_are_links():
    titles = [f"خبر {number} عن قرى الوادي وأهلها" for number in ("أول", "ثان", "ثالث")]
    disclaimer = "تصدر الصحيفة عن دار الوادي للنشر منذ أول القرن الماضي."
    texts = [
        page(title=title, paragraphs=tuple(f"{title}: {paragraph}" for paragraph in PARAGRAPHS))
        + f"\n\nالسابق خبر قبل {title}\nالتالي خبر بعد {title}\n\n{disclaimer}"
        for title in titles
    ]
    found = read_page(texts[0], RepeatedLines.learn([page_lines(text) for text in texts]))
    assert found.links == [
        RecordLink("previous", f"خبر قبل {titles[0]}"),
        RecordLink("next", f"خبر بعد {titles[0]}"),
    ]
    assert (len(found.paragraphs), found.dropped[-1]) == (3, Dropped("repeated", disclaimer))


@pytest.mark.parametrize(
    "turns", ["السابق خبر من الأمس\nالتالي خبر من الغد", "السابق\nخبر من الأمس\nالتالي\nخبر من الغد"]
)
def test_links_end_the_article_though_a_sentence_stands_below_them(turns):
    disclaimer = "تصدر الصحيفة عن دار الوادي للنشر منذ أول القرن الماضي في أيام الأسبوع كلها."
    record = read_page_text(page() + f"\n\n{turns}\n\n{disclaimer}")
    assert record.links == (RecordLink("previous", "خبر من الأمس"), RecordLink("next", "خبر من الغد"))
    assert (paragraphs_of(record), record.dropped[-1]) == (list(PARAGRAPHS), Dropped("footer", disclaimer))


def test_a_body_below_the_links_stays():
    record = read_page_text(page("السابق خبر من الأمس", "التالي خبر من الغد"))
    assert (len(record.links), paragraphs_of(record)) == (2, list(PARAGRAPHS))


def test_what_stands_below_a_bare_label_on_every_page_is_the_sites():
    texts = [
        page() + "\n\nالسابق\nالتالي\nأرشيف الأعداد القديمة",
        page(title="عنوان آخر من الغد", paragraphs=(f"وفي الغد {PARAGRAPHS[2]}",)) + "\n\nأرشيف الأعداد القديمة",
    ]
    found = read_page(texts[0], RepeatedLines.learn([page_lines(text) for text in texts]))
    assert (found.links, [line.code for line in found.dropped]) == ([], ["navigation", "navigation", "repeated"])


def test_a_list_of_related_articles():
    record = read_page_text(
        page() + "\n\nمقالات ذات صلة\nخبر أول عن الزيت\nخبر ثان عن القمح\n\nالتعليقات\nأبو علي: أحسنتم"
    )
    assert record.links == (RecordLink("related", "خبر أول عن الزيت"), RecordLink("related", "خبر ثان عن القمح"))
    assert paragraphs_of(record) == list(PARAGRAPHS)


@pytest.mark.parametrize(
    "line",
    [
        "نشر في 21/12/2017",
        "الخميس 21 كانون الأول 2017",
        "٢١ ديسمبر ٢٠١٧م",
        "21 دجنبر 2017",
        "21 كانون الأول (ديسمبر) 2017",
        "21 كانون الأول/ديسمبر 2017 | عدد المشاهدات: 300",
        "بيروت - الخميس 21 كانون الأول 2017",
    ],
)
def test_a_date_line_below_the_title_is_the_date(line):
    record = read_page_text(page(line))
    assert (record.published, paragraphs_of(record)) == (DAY, list(PARAGRAPHS))


@pytest.mark.parametrize(
    "text",
    [
        page() + "\n\n© 2017 جميع الحقوق محفوظة",
        page() + "\n\nجميع الحقوق محفوظة 21/12/2017",
        page() + "\n\nآخر تحديث: 21/12/2017",
        "الخميس 21 كانون الأول 2017\n\n" + page(),
        page(paragraphs=(*PARAGRAPHS, "وقع الاتفاق في 21 كانون الأول 2017 بحضور ممثلين عن القرى كلها.")),
        page("21/12/2017", "22/12/2017"),
    ],
)
def test_other_dates_are_not_the_articles(text):
    assert read_page_text(text).published is None


def test_dates_that_are_not_sure_are_taken_as_far_as_they_go_and_told():
    record = read_page_text(page("18 كانون الأول / يناير 2017 10:15 ص"))
    assert (record.published, note_codes(record)) == (ReadDate(datetime(2017, 1, 1), "year"), ["date_contradiction"])  # noqa: DTZ001
    record = read_page_text(page("6 صفر 1437هـ"))
    assert (record.published, note_codes(record)) == (ReadDate(datetime(2015, 11, 18), "day"), ["date_hijri"])  # noqa: DTZ001


def test_a_heading_of_related_articles_is_no_article():
    parts = (PARAGRAPHS[0], PARAGRAPHS[1], "اقرأ أيضا", "خبر آخر من القرية", PARAGRAPHS[2])
    assert [link.title for link in read_page_text(page(paragraphs=parts)).links] == ["خبر آخر من القرية"]


def test_headings_that_are_dates_stay_in_the_text():
    days = ("21 كانون الأول 2017", "22 كانون الأول 2017")
    record = read_page_text(page(paragraphs=(days[0], PARAGRAPHS[0], days[1], PARAGRAPHS[1])))
    assert paragraphs_of(record) == [days[0], PARAGRAPHS[0], days[1], PARAGRAPHS[1]]
    assert (record.published, note_codes(record)) == (None, ["several_dates"])


def test_author_and_dateline():
    record = read_page_text(page("بقلم: سامر الحداد", "بيروت - رويترز", "21/12/2017"))
    assert (record.authors, record.place, record.published) == (("سامر الحداد", "رويترز"), "بيروت", DAY)
    assert paragraphs_of(record) == list(PARAGRAPHS)


def test_short_lines_of_the_article_stay():
    parts = ("عنوان فرعي يشرح الخبر", PARAGRAPHS[0], "ردود الفعل", PARAGRAPHS[1], "(أ ف ب)")
    record = read_page_text(page(paragraphs=parts) + "\n\nشارك الخبر\n\nجميع الحقوق محفوظة")
    assert paragraphs_of(record) == list(parts)


def test_furniture_amid_the_text_is_dropped():
    parts = (PARAGRAPHS[0], "إعلان", PARAGRAPHS[1], "اقرأ أيضاً: خبر آخر", PARAGRAPHS[2])
    record = read_page_text(page(paragraphs=parts))
    assert (paragraphs_of(record), dropped_codes(record)) == (list(PARAGRAPHS), ["advertisement", "link"])


def test_a_body_below_the_offer_to_comment_stays():
    record = read_page_text(page("أضف تعليقاً"))
    assert paragraphs_of(record) == list(PARAGRAPHS)


def test_comments_are_not_the_articles():
    comment = "أحسنتم في هذا الخبر وأرجو أن تكتبوا عن قريتنا أيضاً في العدد المقبل."
    record = read_page_text(page() + f"\n\nالتعليقات\n\n{comment}")
    assert paragraphs_of(record) == list(PARAGRAPHS)


def test_hard_wrapped_pages():
    texts = [" ".join(PARAGRAPHS), " ".join(f"وفي اليوم التالي {paragraph}" for paragraph in PARAGRAPHS)]
    blocks = ["\n".join(textwrap.wrap(text, 60)) for text in texts]
    record = read_page_text("\n\n".join([TITLE, *blocks, "السابق خبر من الأمس"]))
    assert paragraphs_of(record) == texts


def test_one_paragraph_is_enough():
    assert paragraphs_of(read_page_text(page(paragraphs=PARAGRAPHS[:1]))) == [PARAGRAPHS[0]]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "file_empty"),
        (" \n ", "file_empty"),
        ("Only Latin letters here, in a sentence.", "not_arabic"),
        (TITLE + "\n\nشارك الخبر\n\nالرئيسية", "no_body"),
        ("الرئيسية\nشارك الخبر", "no_title_no_body"),
        ("نص\x00\x01\x02\x03\x04\x05\x06\x07", "not_text"),
    ],
)
def test_pages_without_an_article_say_why(text, code):
    found = read_page_text(text)
    assert (type(found), found.note.code) == (Rejected, code)


ABOUT_US = (
    "تصدر صحيفة الوادي اليومية عن دار الضفتين للنشر والتوزيع منذ عام ألف وتسعمئة وعشرين، ولها مكاتب في كل المدن."
)
TOWNS = ("الساحل", "الجبل", "الميناء", "البلدة", "المرج", "الضفة")
UPDATE = "وأعلنت البلدية في {} أن فرق الإنقاذ لا تزال تعمل في الموقع حتى ساعة متأخرة من الليل."


def versions(count: int = 3) -> list[str]:
    """Updates of one story, each under a headline of its own and with one line of its own."""
    return [
        page(title=f"موسم الزيتون في {town} هذا العام", paragraphs=(*PARAGRAPHS, "بالأرقام", UPDATE.format(town)))
        for town in TOWNS[:count]
    ]


def unrelated(count: int = 6) -> list[str]:
    """Pages of articles that have nothing in common."""
    return [
        page(title=f"خبر من {town} وأهلها اليوم", paragraphs=tuple(f"في {town} {text}" for text in PARAGRAPHS))
        for town in TOWNS[:count]
    ]


def read_together(texts: list[str]):
    repeated = RepeatedLines.learn([page_lines(text) for text in texts])
    return [read_page(text, repeated) for text in texts]


def lines_of(text: str) -> list[str]:
    return text.split("\n\n")[1:]


def test_a_page_of_the_sites_lines_only_says_so():
    pages = [page_lines(f"{text}\n\n{ABOUT_US}") for text in unrelated()]
    found = read_page_text(page(paragraphs=(ABOUT_US,)), repeated=RepeatedLines.learn(pages))
    assert (type(found), found.note.code) == (Rejected, "only_furniture")


@pytest.mark.parametrize("count", [2, 3, 6])
def test_updates_of_one_story_keep_all_of_it(count):
    texts = versions(count)
    assert [(found.paragraphs, found.notes) for found in read_together(texts)] == [
        (lines_of(text), []) for text in texts
    ]


def test_a_story_that_another_page_tells_at_length_is_kept_in_both():
    at_length = page(title="تحقيق عن الزيتون", paragraphs=(*PARAGRAPHS, *(f"في {t} {PARAGRAPHS[0]}" for t in TOWNS)))
    texts = [*versions(2), at_length]
    assert [found.paragraphs for found in read_together(texts)] == [lines_of(text) for text in texts]


def test_the_sites_sentence_is_dropped_from_pages_of_different_stories():
    texts = unrelated()
    found = read_together([f"{text}\n\n{ABOUT_US}" for text in texts])
    assert [one.paragraphs for one in found] == [lines_of(text) for text in texts]
    assert {line for one in found for line in one.dropped} == {Dropped("repeated", ABOUT_US)}


def test_the_sites_sentence_is_dropped_from_updates_of_a_story_among_other_pages():
    texts = [*versions(), *unrelated()]
    found = read_together([f"{text}\n\n{ABOUT_US}" for text in texts])
    assert [one.paragraphs for one in found] == [lines_of(text) for text in texts]


def test_the_sites_sentence_is_dropped_from_a_page_that_says_less_than_it():
    short = page(
        title="افتتاح الحديقة العامة في البلدة القديمة",
        paragraphs=("افتتحت البلدية أمس الحديقة العامة في البلدة بعد ترميمها.",),
    )
    *_, found = read_together([f"{text}\n\n{ABOUT_US}" for text in [*unrelated(), short]])
    assert (found.paragraphs, found.notes) == (lines_of(short), [])


def test_a_page_that_would_lose_most_of_its_text_keeps_it_and_says_so():
    story = " ".join(PARAGRAPHS)
    texts = [page(title=f"عنوان من {t}", paragraphs=(story, f"ووصل الخبر إلى {t} مساء أمس.")) for t in TOWNS]
    assert [(found.paragraphs, found.notes) for found in read_together(texts)] == [
        (lines_of(text), [Note("repeats_kept")]) for text in texts
    ]


def test_a_background_paragraph_on_two_pages_stays():
    background = "ويعيش في الوادي نحو عشرين ألف نسمة يعمل معظمهم في الزراعة والحرف اليدوية القديمة."
    texts = [
        page(title=f"عنوان الخبر {n} من القرى", paragraphs=(f"{PARAGRAPHS[0]} وهذا الخبر {n}.", background))
        for n in range(2)
    ]
    repeated = RepeatedLines.learn([page_lines(text) for text in texts])
    assert [read_page(text, repeated).paragraphs[-1] for text in texts] == [background, background]


def test_too_large_a_page_is_refused():
    assert read_page_bytes(b"x" * (3 * 1024 * 1024)).note.code == "page_too_large"


ARABIC_WORDS = st.text("ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءأإآئؤ", min_size=2, max_size=9)
PARAGRAPH = st.lists(ARABIC_WORDS, min_size=12, max_size=40).map(lambda found: " ".join(found) + ".")
SITE_LINES = st.sampled_from(
    [
        "شارك الخبر",
        "اشترك في النشرة البريدية",
        "تابعونا على فيسبوك",
        "إعلان",
        "الرئيسية",
        "السابق عنوان خبر من الأمس",
        "التالي عنوان خبر من الغد",
        "مقالات ذات صلة",
        "التعليقات",
        "© 2019 صحيفة المثال",
    ]
)


@given(
    st.lists(PARAGRAPH, min_size=1, max_size=8, unique=True),
    st.lists(SITE_LINES, max_size=4),
    st.lists(SITE_LINES, max_size=6),
    st.sampled_from(["\n", "\n\n", "\r\n\r\n"]),
)
def test_no_paragraph_between_title_and_furniture_is_lost(paragraphs, above, below, gap):
    text = gap.join([*above, TITLE, TITLE, *paragraphs, *below])
    record = read_page_text(text)
    assert (record.title, paragraphs_of(record)) == (TITLE, paragraphs)


@given(st.text(max_size=400) | st.lists(SITE_LINES | PARAGRAPH | st.text(max_size=30), max_size=12).map("\n".join))
@settings(max_examples=300)
def test_reading_never_raises(text):
    for chosen in (True, False):
        found = read_page_bytes(text.encode("utf-8", "replace"), chosen=chosen)
        assert isinstance(found, Record | Rejected)


@given(st.binary(max_size=300))
def test_bytes_never_raise(data):
    assert isinstance(read_page_bytes(data, chosen=True), Record | Rejected)
