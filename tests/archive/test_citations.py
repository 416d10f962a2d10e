"""Citations in the forms that programs read."""

import json
from datetime import UTC, datetime

import pytest

from archive.citations import Citation, bibtex, citation_tags, csl_json, ris
from archive.models import Article
from tests.factories import ArticleFactory, AuthorFactory, SectionFactory, SourceFactory

pytestmark = pytest.mark.django_db
SHORT = "https://archive.example/article/12/"


def cited(**values) -> Citation:
    values = {
        "pk": 12,
        "title": "محادثات «جنيف»: الجولة الثامنة",
        "summary": "ملخص\nفي سطرين",
        "section": SectionFactory(name="سياسة"),
        "source": SourceFactory(name="الضفاف"),
        # In Beirut, whose time the page shows, it is the 22nd already.
        "published_at": datetime(2017, 12, 21, 22, 30, tzinfo=UTC),
    } | values
    article = ArticleFactory(**values)
    article.authors.add(AuthorFactory(name="سلمى أحمد"), AuthorFactory(name="Jane Doe"))
    return Citation.of(Article.objects.get(pk=article.pk), SHORT)


def test_bibtex():
    assert bibtex(cited()).splitlines() == [
        "@article{sijill12,",
        "  title = {{محادثات «جنيف»: الجولة الثامنة}},",
        "  author = {{Jane Doe} and {سلمى أحمد}},",
        "  journal = {الضفاف},",
        "  date = {2017-12-22},",
        "  year = {2017},",
        "  url = {https://archive.example/article/12/},",
        "  language = {ar},",
        "  langid = {arabic},",
        "  month = dec,",
        "}",
    ]


def test_an_unknown_source_is_no_newspaper():
    citation = cited(source=SourceFactory(name="مصدر غير معروف", slug="unknown"))
    written = [bibtex(citation), ris(citation), csl_json(citation), str(citation_tags(citation, SHORT))]
    assert ["غير معروف" in one for one in written] == [False] * 4
    assert "journal" not in written[0]


def test_what_tex_would_obey_is_escaped():
    title = bibtex(cited(title=r"50% & $5 #1_a {b} \input{x} ~^")).splitlines()[1]
    assert title == (
        r"  title = {{50\% \& \$5 \#1\_a \{b\} \textbackslash{}input\{x\} \textasciitilde{}\textasciicircum{}}},"
    )


def test_ris():
    assert ris(cited()).split("\r\n") == [
        "TY  - NEWS",
        "ID  - sijill12",
        "TI  - محادثات «جنيف»: الجولة الثامنة",
        "AU  - Jane Doe",
        "AU  - سلمى أحمد",
        "T2  - الضفاف",
        "PY  - 2017",
        "DA  - 2017/12/22/",
        "SE  - سياسة",
        "AB  - ملخص في سطرين",
        "LA  - ar",
        "UR  - https://archive.example/article/12/",
        "ER  - ",
        "",
    ]


def test_csl_json():
    assert json.loads(csl_json(cited())) == [
        {
            "id": "sijill12",
            "type": "article-newspaper",
            "title": "محادثات «جنيف»: الجولة الثامنة",
            "author": [{"literal": "Jane Doe"}, {"literal": "سلمى أحمد"}],
            "container-title": "الضفاف",
            "section": "سياسة",
            "issued": {"date-parts": [[2017, 12, 22]]},
            "abstract": "ملخص في سطرين",
            "language": "ar",
            "URL": SHORT,
        }
    ]


def test_tags_are_those_that_zotero_takes_for_a_newspapers_article():
    address = f"{SHORT}محادثات/"
    assert citation_tags(cited(), address) == (
        ("citation_title", "محادثات «جنيف»: الجولة الثامنة"),
        ("citation_author", "Jane Doe"),
        ("citation_author", "سلمى أحمد"),
        ("citation_journal_title", "الضفاف"),
        ("citation_publication_date", "2017/12/22"),
        ("citation_language", "ar"),
        ("citation_public_url", SHORT),
        ("citation_fulltext_html_url", address),
        ("DC.type", "newspaperArticle"),
        ("DC.title", "محادثات «جنيف»: الجولة الثامنة"),
        ("DC.creator", "Jane Doe"),
        ("DC.creator", "سلمى أحمد"),
        ("DC.source", "الضفاف"),
        ("DC.date", "2017-12-22"),
        ("DC.language", "ar"),
        ("DC.identifier", SHORT),
    )


@pytest.mark.parametrize(
    ("precision", "in_bibtex", "in_ris", "in_csl", "in_tags"),
    [
        ("month", ["  date = {2017-12},", "  year = {2017},", "  month = dec,"], ["PY  - 2017", "DA  - 2017/12//"], [[2017, 12]], ["2017/12", "2017-12"]),
        ("year", ["  date = {2017},", "  year = {2017},"], ["PY  - 2017", "DA  - 2017///"], [[2017]], ["2017", "2017"]),
        ("unknown", [], [], None, []),
    ],
)  # fmt: skip
def test_dates_say_no_more_than_is_known(precision, in_bibtex, in_ris, in_csl, in_tags):
    when = {"undated": True} if precision == "unknown" else {"date_precision": precision}
    values = {"published_at": datetime(2017, 12, 1, 12, tzinfo=UTC)} | when
    if precision == "unknown":
        del values["published_at"]
        values |= {"published_at": None, "date_precision": "unknown"}
        del values["undated"]
    citation = cited(**values)
    assert [
        line for line in bibtex(citation).splitlines() if "date =" in line or "year =" in line or "month =" in line
    ] == in_bibtex
    assert [line for line in ris(citation).splitlines() if line[:2] in ("PY", "DA")] == in_ris
    assert json.loads(csl_json(citation))[0].get("issued", {}).get("date-parts") == in_csl
    tags = citation_tags(citation, SHORT)
    assert [content for name, content in tags if name in ("citation_publication_date", "DC.date")] == in_tags


def test_no_line_of_a_title_becomes_one_of_the_file():
    citation = cited(title="سطر\r\nER  - \r\nTY  - BOOK\x00".replace("\x00", "\x01"))
    assert citation.title == "سطر ER - TY - BOOK"
    assert ris(citation).count("\r\nTY  - ") == 0
