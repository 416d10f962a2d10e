"""Which line of a saved page is its headline."""

import pytest

from archive.ingest.furniture import RepeatedLines
from archive.ingest.lines import page_lines
from archive.ingest.page import read_page
from tests.archive.ingest.pages import (
    PARAGRAPHS,
    TITLE,
    dropped_codes,
    note_codes,
    page,
    paragraphs_of,
    read_page_text,
)

SLOGAN = "الموقع الأول لأخبار الوادي المستقلة منذ مطلع القرن الماضي في المدن والقرى."


@pytest.mark.parametrize("repeats", [1, 2, 3, 4])
def test_the_title_is_kept_once(repeats):
    record = read_page_text("\n".join([*[TITLE] * repeats, "", *PARAGRAPHS]))
    assert (record.title, paragraphs_of(record)) == (TITLE, list(PARAGRAPHS))
    assert dropped_codes(record) == ["title_repeated"] * (repeats - 1)


def test_the_sites_name_beside_the_title_is_no_title():
    record = read_page_text(f"{TITLE} | صحيفة المثال\n\n" + page())
    assert (record.title, dropped_codes(record)) == (TITLE, ["title_repeated"])


@pytest.mark.parametrize("pages", [2, 3, 6])
def test_a_headline_its_neighbours_name_is_the_title_without_the_sites_name(pages):
    titles = [
        f"خبر عن محصول {crop} في قرى الوادي" for crop in ("القمح", "التين", "العنب", "اللوز", "الخوخ", "الرمان")
    ]
    texts = [
        f"صحيفة المثال اليومية\n\n{title} | صحيفة المثال اليومية\n\n"
        + page(title=title, paragraphs=(f"{title}: {PARAGRAPHS[0]}",))
        + f"\n\nالسابق\n\n{titles[place - 1]}\n\nالتالي\n\n{titles[(place + 1) % pages]}"
        for place, title in enumerate(titles[:pages])
    ]
    repeated = RepeatedLines.learn([page_lines(text) for text in texts])
    assert [read_page(text, repeated).title for text in texts] == titles[:pages]


@pytest.mark.parametrize("pages", [2, 3, 6])
def test_a_site_may_open_with_a_sentence(pages):
    titles = [
        f"خبر عن محصول {crop} في قرى الوادي" for crop in ("القمح", "التين", "العنب", "اللوز", "الخوخ", "الرمان")
    ]
    texts = [
        f"{SLOGAN}\n\nصحيفة الوادي\n\n"
        + page(title=title, paragraphs=tuple(f"{title}: {paragraph}" for paragraph in PARAGRAPHS))
        for title in titles[:pages]
    ]
    repeated = RepeatedLines.learn([page_lines(text) for text in texts])
    found = [read_page(text, repeated) for text in texts]
    assert [(page.title, len(page.paragraphs)) for page in found] == [(title, 3) for title in titles[:pages]]


def test_a_repeated_headline_is_found_below_a_sentence_of_the_site():
    record = read_page_text(f"{SLOGAN}\n\nصحيفة الوادي\n\n{TITLE}\n\n" + page())
    assert (record.title, paragraphs_of(record)) == (TITLE, list(PARAGRAPHS))


@pytest.mark.parametrize(
    "above",
    [
        "صحيفة يومية شاملة تصدر كل صباح",
        "عاجل: انطلاق سباق الزوارق الشراعية في الميناء القديم",
        "كل ما تريد معرفته عن القرى في مكان واحد",
    ],
)
def test_the_headline_of_a_lone_page_is_the_line_that_its_text_is_about(above):
    record = read_page_text(f"{above}\n\n" + page())
    assert (record.title, paragraphs_of(record), dropped_codes(record)) == (TITLE, list(PARAGRAPHS), ["header"])


def test_the_first_line_is_the_headline_of_a_text_that_names_none_of_its_words():
    record = read_page_text(page("ما لا يقوله أحد في المدينة", title="عن الصمت حين يطول بين الجيران"))
    assert record.title == "عن الصمت حين يطول بين الجيران"


def test_a_menu_is_no_title():
    record = read_page_text("أخبار | رياضة محلية | ثقافة | مجتمع وناس\n\n" + page())
    assert (record.title, dropped_codes(record)) == (TITLE, ["header"])


def test_a_text_alone_gives_its_own_title():
    record = read_page_text(PARAGRAPHS[0])
    assert (record.title, note_codes(record)) == (PARAGRAPHS[0], ["title_from_text"])
