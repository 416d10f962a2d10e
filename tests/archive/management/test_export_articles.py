"""Exports as an operator makes them: what is in them, where they are written, and what is said."""

import csv
import gzip
import io
import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import jsonschema_rs
import pytest
import zstandard
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import translation
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from archive.models import Article, Capture, Image
from archive.outgoing import selection
from archive.outgoing.fingerprint import archive_hash, table_hashes
from archive.outgoing.ninjs import STANDARD
from archive.search.statistics import count_words
from tests.archive.ingest.pages import PARAGRAPHS, TITLE, html_page
from tests.archive.ingest.pages import page as saved_page
from tests.archive.ingest.readers import test_warc
from tests.archive.outgoing.sample import captures, rich_archive
from tests.factories import (
    ArticleFactory,
    CaptureFactory,
    EntityFactory,
    MentionFactory,
    SectionFactory,
    SourceFactory,
)

pytestmark = pytest.mark.django_db

NAMED = {"name", "rel", "uri", "literal"}
TEXT = {"role", "contentType", "value"}
NINJS_PARTS = {
    "headlines": TEXT,
    "descriptions": TEXT,
    "bodies": TEXT | {"charCount", "wordCount"},
    **dict.fromkeys(("people", "organisations", "places", "events", "subjects"), NAMED),
    "infoSources": {"name", "role", "uri"},
    "renditions": {"name", "href", "title", "width", "height"},
    "altIds": {"role", "value"},
}
"""What the parts of an item may hold: IPTC's schema allows nothing else, and of these what is used here."""

NINJS_REQUIRED = {
    "headlines": {"value"},
    "descriptions": {"value"},
    "bodies": {"value"},
    "associations": {"name", "uri"},
    "renditions": {"name"},
}
"""What the parts of an item, and of those it is associated with, must hold; of the item itself that is its `uri`."""

NINJS_PROPERTIES = {
    "uri", "type", "representationType", "profile", "version", "firstCreated", "versionCreated", "contentCreated",
    "embargoedUntil", "pubStatus", "urgency", "copyrightHolder", "copyrightNotice", "usageTerms", "edNote", "language",
    "descriptions", "bodies", "headlines", "people", "organisations", "places", "subjects", "events", "objects",
    "infoSources", "title", "by", "slugline", "located", "renditions", "associations", "altIds", "standard", "genres",
}  # fmt: skip


NINJS_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)")
NINJS_ADDRESS = re.compile(r"(?:https?://[^\s/]+|urn:[a-z]+:)[!-~]*")
NINJS_LISTS = {*NINJS_PARTS, "associations"}
NINJS_VALUES = {
    **dict.fromkeys(("firstCreated", "versionCreated", "contentCreated", "embargoedUntil"), NINJS_MOMENT),
    **dict.fromkeys(("uri", "href", "schema"), NINJS_ADDRESS),
    "type": re.compile("text|audio|video|picture|graphic|composite|planning|component|event"),
    "pubStatus": re.compile("usable|withheld|canceled"),
    "contentType": re.compile("text/(?:plain|html)"),
    "language": re.compile("[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*"),
}
"""What IPTC's schema says of values, as far as we use them, in our words; all others are texts that are not empty."""

NINJS_NUMBERS = {
    "urgency": range(1, 10),
    **dict.fromkeys(("charCount", "wordCount", "width", "height"), range(10**9)),
}


def odd_values(name: str, value: object) -> list[tuple[str, object]]:
    """Which of the values in VALUE, which stands under NAME in an item, are not as the standard has them."""
    if isinstance(value, dict):
        return [odd for key, one in value.items() for odd in odd_values(key, one)]
    if isinstance(value, list):
        of_a_list = name in NINJS_LISTS and value and all(isinstance(one, dict) for one in value)
        return [odd for one in value for odd in odd_values("", one)] if of_a_list else [(name, value)]
    if name in NINJS_NUMBERS:
        return [] if type(value) is int and value in NINJS_NUMBERS[name] else [(name, value)]
    form = NINJS_VALUES.get(name)
    is_right = isinstance(value, str) and value.strip() and (form is None or form.fullmatch(value))
    return [] if is_right else [(name, value)]


@pytest.fixture(autouse=True)
def _own_media_in_english(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    with translation.override("en"):
        yield


def exported(tmp_path, *arguments, name: str = "export") -> bytes:
    path = tmp_path / name
    call_command("export_articles", "--output", str(path), *map(str, arguments))
    assert list(tmp_path.glob("*.part")) == []
    return path.read_bytes()


def ids(tmp_path, *arguments) -> set[int]:
    lines = exported(tmp_path, "--format", "ninjs", *arguments).splitlines()
    return {int(json.loads(line)["uri"].rpartition(":")[2]) for line in lines}


def test_whole_archive_goes_there_and_back_by_its_commands(tmp_path, capsys):
    rich_archive()
    data = exported(tmp_path, name="all.jsonl")
    rows = len(data.splitlines()) - 3  # The first line, the last, and a picture.
    assert capsys.readouterr().err == f"{rows} rows written.\n"
    assert json.loads(data.splitlines()[0])["whole"] is True
    call_command("archive_hash")
    assert capsys.readouterr().out.splitlines()[-1] == archive_hash(table_hashes())


@pytest.mark.parametrize(
    ("name", "unpacked"),
    [
        ("x.gz", gzip.decompress),
        ("x.zst", lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data)),
    ],
)
def test_the_name_of_the_file_compresses_it(tmp_path, name, unpacked):
    ArticleFactory()
    plain = exported(tmp_path, "--format", "csv")
    packed = exported(tmp_path, "--format", "csv", name=name)
    assert packed != plain
    assert unpacked(packed) == plain


def test_standard_output_holds_the_export_alone(capsysbinary):
    ArticleFactory(title="خبر")
    call_command("export_articles", "--format", "csv")
    told = capsysbinary.readouterr()
    assert told.out.startswith(b"\xef\xbb\xbfid,title,")
    assert told.err == b"1 article written.\n"
    call_command("export_articles", "--format", "csv", "--quiet")
    assert capsysbinary.readouterr().err == b""


def test_what_fails_leaves_the_file_that_was_there(tmp_path, monkeypatch):
    ArticleFactory()
    before = exported(tmp_path, "--format", "csv")

    def broken(self):
        yield from ()
        raise RuntimeError

    monkeypatch.setattr(selection.Selection, "batches", broken)
    with pytest.raises(RuntimeError):
        exported(tmp_path, "--format", "csv")
    assert (tmp_path / "export").read_bytes() == before
    assert list(tmp_path.glob("*.part")) == []


def test_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(CommandError, match="Nothing can be written to"):
        exported(tmp_path, name="no/such/file")


def test_articles_are_chosen_by_every_option_and_all_together(tmp_path):
    politics, sport = SectionFactory(slug="سياسة"), SectionFactory(slug="رياضة")
    port = SourceFactory(slug="port")
    entity = EntityFactory(name="جنيف")
    day = datetime(2017, 12, 21, 8, tzinfo=UTC)
    one = ArticleFactory(title="محادثات جنيف", section=politics, source=port, published_at=day)
    two = ArticleFactory(title="محادثات الميناء", section=sport, published_at=day.replace(year=2018), draft=True)
    three = ArticleFactory(title="بلا تاريخ", section=politics, undated=True)
    MentionFactory(article=one, entity=entity)
    MentionFactory(article=two, entity=entity)
    count_words()
    assert ids(tmp_path) == {one.pk, two.pk, three.pk}
    assert ids(tmp_path, "--published") == {one.pk, three.pk}
    assert ids(tmp_path, "--section", "سياسة") == {one.pk, three.pk}
    assert ids(tmp_path, "--source", "port") == {one.pk}
    assert ids(tmp_path, "--entity", entity.pk) == {one.pk, two.pk}
    assert ids(tmp_path, "--from", "2018") == {two.pk}
    assert ids(tmp_path, "--to", "2017-12") == {one.pk}
    assert ids(tmp_path, "--ids", one.pk, three.pk) == {one.pk, three.pk}
    # As search spells and joins words; and only articles with all of them.
    assert ids(tmp_path, "--query", "المحادثات") == {one.pk, two.pk}
    assert ids(tmp_path, "--query", "محادثات جنيف") == {one.pk}
    assert ids(tmp_path, "--query=-محادثات") == {three.pk}
    assert ids(tmp_path, "--query", "محادثات", "--section", "رياضة", "--published") == set()


def test_no_limit_of_searches_holds_for_exports(tmp_path, monkeypatch):
    monkeypatch.setattr("archive.search.engine.MAX_RESULTS", 2)
    monkeypatch.setattr(selection, "BATCH_ROWS", 2)
    wanted = {ArticleFactory(title="جنيف").pk for _ in range(5)}
    assert ids(tmp_path, "--query", "جنيف") == wanted


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--section", "nope"], "There is no such section."),
        (["--source", "nope"], "There is no such source."),
        (["--entity", "1"], "There is no such name."),
        (["--from", "يوم"], "The beginning of the period is no date"),
        (["--query", "؟!"], "The query holds no word to search for."),
        (["--ids", "7", "9"], "There is no article with this number: 7, 9"),
    ],
)
def test_what_is_not_here_is_said_and_nothing_written(tmp_path, arguments, said):
    with pytest.raises(CommandError, match=said):
        exported(tmp_path, *arguments)
    assert list(tmp_path.glob("export*")) == []


def test_a_picture_that_is_gone_is_named_and_the_rest_is_written(tmp_path):
    rich_archive()
    name = Image.objects.exclude(file="").get().file.name
    default_storage.delete(name)
    with pytest.raises(CommandError, match=f"1 file that the archive names is not there.*{name}"):
        exported(tmp_path, name="all.jsonl")
    assert (tmp_path / "all.jsonl").exists()


def test_csv_is_a_table_that_excel_reads_and_imports_know(tmp_path):
    articles = rich_archive()
    marked = articles["marked"]
    Article.objects.filter(pk=marked.pk).update(title="=1+1")
    data = exported(tmp_path, "--format", "csv")
    assert data.startswith(b"\xef\xbb\xbf")
    rows = {int(row["id"]): row for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig")))}
    assert set(rows) == {article.pk for article in articles.values()}
    row = rows[marked.pk]
    assert (row["title"], row["kicker"], row["section"], row["source"]) == ("'=1+1", "عَيْنٌ", "سياسة", "الميناء")
    assert (row["author"], row["published"]) == ("Jane Doe، سلمى أحمد", "2017-12-21T10:30+02:00")
    assert (row["text"], row["url"]) == (marked.text, marked.original_url)
    assert row["entities"] == "ستافان دي ميستورا"
    assert (rows[articles["undated"].pk]["published"], rows[articles["month"].pk]["published"]) == ("", "2017-12")


def test_ninjs_says_what_the_standard_knows(tmp_path):
    articles = rich_archive()
    lines = exported(tmp_path, "--format", "ninjs").decode().splitlines()
    items = {item["uri"]: item for item in map(json.loads, lines)}
    assert set().union(*items.values()) <= NINJS_PROPERTIES
    assert [odd for item in items.values() for odd in odd_values("", item)] == []
    marked = articles["marked"]
    item = items[f"urn:sijill:article:{marked.pk}"]
    assert item["standard"] == {
        "name": "ninjs",
        "version": "3.1",
        "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#",
    }
    assert item["headlines"] == [
        {"role": "main", "contentType": "text/plain", "value": marked.title},
        {"role": "kicker", "contentType": "text/plain", "value": "عَيْنٌ"},
    ]
    (body,) = item["bodies"]
    assert (body["contentType"], body["value"]) == ("text/html", marked.body)
    assert item["people"] == [
        {
            "name": "ستافان دي ميستورا",
            "rel": "mentions",
            "uri": "http://www.wikidata.org/entity/Q1",
            "literal": "Staffan de Mistura",
        }
    ]
    assert "places" not in item  # The only one was refused.
    assert item["subjects"] == [{"name": "سياسة", "rel": "section", "literal": "سياسة"}]
    assert item["infoSources"] == [{"name": "الميناء", "role": "publisher", "uri": "https://almina.example/"}]
    assert item["by"] == "Jane Doe، سلمى أحمد"
    assert item["contentCreated"] == "2017-12-21T08:30:15+00:00"
    assert item["renditions"] == [
        {"name": "original", "href": "https://almina.example/%D8%AE%D8%A8%D8%B1?id=1&x=%22'"}
    ]
    for one in [*items.values(), *(one for item in items.values() for one in item.get("associations", ()))]:
        assert "uri" in one
        assert set(one) - {"name", "rel"} <= NINJS_PROPERTIES
        for part, known in NINJS_PARTS.items():
            assert [strange for held in one.get(part, ()) if (strange := set(held) - known)] == []
        for part, wanted in NINJS_REQUIRED.items():
            assert [lacking for held in one.get(part, ()) if (lacking := wanted - set(held))] == []
    assert [set(one) >= {"name", "uri", "type"} for one in item["associations"]] == [True] * 4
    assert [one["rel"] for one in item["associations"]] == ["picture", "picture", "follow_up", "next"]
    states = {name: items[f"urn:sijill:article:{article.pk}"]["pubStatus"] for name, article in articles.items()}
    assert states == {
        "marked": "usable", "undated": "usable", "month": "usable", "draft": "withheld", "withdrawn": "canceled",
        "scheduled": "withheld",
    }  # fmt: skip
    month = items[f"urn:sijill:article:{articles['month'].pk}"]
    assert "contentCreated" not in month
    assert {"role": "published", "value": "2017-12"} in month["altIds"]


@pytest.fixture
def ninjs_problems():
    """What is wrong with an item by IPTC's own schema, which SIJILL_NINJS_SCHEMA names: it is no part of this project."""
    path = os.environ.get("SIJILL_NINJS_SCHEMA")
    if not path:
        pytest.skip(
            "SIJILL_NINJS_SCHEMA names no file: https://www.iptc.org/std/ninjs/ninjs-schema_3.1.json, for one"
        )
    schema = json.loads(Path(path).read_text())
    assert schema["$id"] == STANDARD["schema"]
    # Places may be GeoJSON, of which ours have none: nothing is fetched for it.
    validator = jsonschema_rs.validator_for(schema, validate_formats=True, retriever=lambda uri: {})
    return lambda item: [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(item)]


def test_ninjs_is_valid_by_iptcs_schema(tmp_path, ninjs_problems):
    rich_archive()
    ArticleFactory(title="عنوان بلا نص", body="", original_url="https://wadi.example/خبر 100%?x[0]=<1>")
    items = [json.loads(line) for line in exported(tmp_path, "--format", "ninjs").splitlines()]
    assert len(items) == Article.objects.count() > 6
    assert [problems for item in items if (problems := ninjs_problems(item))] == []
    # The check itself is one.
    assert ninjs_problems(items[0] | {"uri": "no address"})
    assert ninjs_problems(items[0] | {"by_whom": "x"})
    assert ninjs_problems({"type": "text"})


@pytest.mark.parametrize("name", ["captures.warc", "captures.warc.gz"])
def test_warc_holds_the_bytes_as_they_came_and_passes_the_check(tmp_path, name, capsys):
    rich_archive()
    # What a crawler wrote is an answer with its own moment; a wrong digest is none of what goes out.
    answer = test_warc.http(gzip.compress(test_warc.PAGE), "Content-Encoding: gzip")
    crawled = test_warc.record(answer, "WARC-Block-Digest: sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
    (tmp_path / "crawl.warc").write_bytes(crawled)
    call_command("import_articles", str(tmp_path / "crawl.warc"), "--quiet")
    exported(tmp_path, "--format", "warc", name=name)
    check = Checker(type("Options", (), {"inputs": [str(tmp_path / name)], "verbose": True}))
    check.process_all()
    assert check.exit_value == 0
    found = {}
    with (tmp_path / name).open("rb") as file:
        for record in ArchiveIterator(file, no_record_parse=True):
            found[record.rec_headers["WARC-Target-URI"]] = (record, record.raw_stream.read())
    record, block = found.pop("https://s.example/n/1")
    assert (record.rec_type, block, record.rec_headers["WARC-Date"]) == ("response", answer, "2019-04-15T01:30:00Z")
    del found[None]
    assert {record.rec_type for record, _ in found.values()} == {"resource"}
    assert sorted(block for _, block in found.values()) == sorted(
        content for content in captures().values() if content != crawled
    )


def test_a_warc_of_captures_gives_the_same_articles(tmp_path):
    first, second, third = PARAGRAPHS
    record = {"id": "1", "title": TITLE, "body": first, "published": "2017-12-21"}
    files = {
        "page.txt": saved_page(title="عنوان صفحة محفوظة نصاً"),
        "page.html": html_page(f"<p>{first}</p><p>{second}</p><p>{third}</p>", title="عنوان صفحة محفوظة كاملة"),
        "lines.jsonl": "\n".join(json.dumps(record | {"id": number}, ensure_ascii=False) for number in ("1", "2")),
        "at.jsonl": json.dumps(record | {"id": "3", "url": "https://wadi.example/3"}, ensure_ascii=False),
        "table.csv": f"id,title,body,url\n4,{TITLE},{second},\n5,{TITLE},{third},https://wadi.example/5\n",
        "trec.sgml": f"<DOC><DOCNO>6</DOCNO><HEADLINE>{TITLE}</HEADLINE><TEXT>{third}</TEXT></DOC>",
    }
    folder = tmp_path / "files"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")

    def articles() -> list[tuple]:
        fields = ("title", "body", "external_id", "original_url", "published_at", "capture__sha256")
        return sorted(Article.objects.values_list(*fields), key=str)

    call_command("import_articles", str(folder), "--quiet")
    before = articles()
    assert len(before) == 8
    path = tmp_path / "captures.warc.gz"
    exported(tmp_path, "--format", "warc", name=path.name)
    Article.objects.all().delete()
    Capture.objects.all().delete()
    call_command("import_articles", str(path), "--quiet")
    assert articles() == before


def test_warc_of_some_articles_holds_their_captures(tmp_path):
    one, _two = (ArticleFactory(capture=CaptureFactory()) for _ in range(2))
    data = exported(tmp_path, "--format", "warc", "--ids", one.pk)
    digests = set(Capture.objects.values_list("sha256", flat=True))
    assert {digest for digest in digests if digest.encode() in data} == {one.capture.sha256}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a Linux device")
@pytest.mark.parametrize("name", ["all.jsonl.zst", "all.csv"])
def test_full_disk_is_told_and_nothing_half_is_left(tmp_path, name):
    rich_archive()
    (tmp_path / f"{name}.part").symlink_to("/dev/full")
    with pytest.raises(CommandError, match="the disk is full"):
        call_command("export_articles", "--quiet", "--format", name.split(".")[1], "--output", str(tmp_path / name))
    assert not list(tmp_path.glob("all*"))


def test_addresses_in_ninjs_are_uris(tmp_path):
    ArticleFactory(original_url="https://wadi.example/خبر 100%/a%20b?x[0]=<1>")
    call_command("export_articles", "--quiet", "--format", "ninjs", "--output", str(tmp_path / "a"))
    [rendition] = json.loads((tmp_path / "a").read_text())["renditions"]
    assert rendition["href"] == "https://wadi.example/%D8%AE%D8%A8%D8%B1%20100%25/a%20b?x%5B0%5D=%3C1%3E"
