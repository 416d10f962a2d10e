import gzip
import json
from itertools import product

import pytest

from archive.models import Article
from bench.ingest import show
from bench.ingest_sets import html_pages, page, share_out, write_html, write_jsonl, write_warcs
from bench.ingest_work import measure
from bench.synthetic import SyntheticArchive

ARTICLES = 12


@pytest.fixture(scope="module")
def archive() -> SyntheticArchive:
    """Of invented words, the first a thousand times as frequent as the last."""
    words = map("".join, product("بتجحدرسعفقكلمنه", repeat=3))
    return SyntheticArchive({word: 1 / (rank + 3) for rank, word in enumerate(words)}, entities=50)


@pytest.fixture
def jsonl(archive, tmp_path):
    return write_jsonl(tmp_path / "articles.jsonl", archive, ARTICLES)


def measured(way: str, path) -> tuple[int, bool]:
    figures = measure(way, [path], lambda: None)
    return figures["records"], figures["seconds"] > 0 and figures["memory"] > 0


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["read", "copy", "import"])
def test_every_article_is_counted(jsonl, way):
    assert measured(way, jsonl) == (ARTICLES, True)
    assert Article.objects.count() == (ARTICLES if way == "import" else 0)


@pytest.mark.django_db
@pytest.mark.parametrize("write", [write_html, write_warcs])
def test_trafilatura_reads_the_pages_of_either_set(archive, tmp_path, write):
    folder = write(tmp_path / "pages", archive, ARTICLES)
    paths = [folder] if write is write_html else sorted(folder.iterdir())

    assert sum(measured("trafilatura", path)[0] for path in paths) == ARTICLES
    assert {content.decode() for path in paths for content in html_pages(path)} == {
        page(archive.article(number), archive) for number in range(ARTICLES)
    }


def test_a_files_lines_are_shared_out(jsonl, tmp_path):
    packed = tmp_path / "articles.jsonl.gz"
    packed.write_bytes(gzip.compress(jsonl.read_bytes()))
    shares = [share_out(path, 2, tmp_path / name) for path, name in _with_folders(tmp_path, jsonl, packed)]

    for parts in shares:
        lines = [[json.loads(line)["id"] for line in part.open()] for part in parts]
        assert [len(part) for part in lines] == [ARTICLES / 2] * 2
        assert sorted(lines[0] + lines[1], key=int) == [str(number) for number in range(ARTICLES)]


def _with_folders(tmp_path, *paths):
    for number, path in enumerate(paths):
        (tmp_path / str(number)).mkdir()
        yield path, str(number)


def test_a_folders_files_are_shared_out(archive, tmp_path):
    folder = write_html(tmp_path / "pages", archive, 5)
    (tmp_path / "shares").mkdir()
    parts = share_out(folder, 2, tmp_path / "shares")

    assert [len(list(part.iterdir())) for part in parts] == [3, 2]
    assert all(file.read_text().startswith("<!DOCTYPE") for part in parts for file in part.iterdir())


def test_figures_are_set_beside_each_other(capsys):
    def row(records: int, seconds: float) -> dict:
        return {"records": records, "seconds": seconds, "processor": seconds, "memory": 0}

    show({"COPY alone": row(100, 1), "import, 1 at once": row(100, 10), "import, 2 at once": row(100, 6)})
    lines = capsys.readouterr().out.splitlines()

    assert "one import takes 10.00 times the processor's time of COPY alone" in lines
    assert "import, 2 at once: 1.67 times as fast as one" in lines
