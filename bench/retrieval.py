"""How well the search finds known articles, and how fast, beside tantivy's Arabic analyzer and SQLite's FTS5.

    bench/retrieval --docs docs.jsonl.gz --queries queries.title.jsonl queries.short.jsonl

A document is a line {"id", "text"} with "title" and "lead" where it has them; a query is a line {"text",
"relevant": [ids]}. Documents become published articles of a scratch database, written through the product's own
models; queries go to the engine of the search page as a reader's would. All engines are asked the same queries in
the same run, taking turns, so that a busy machine slows them alike.
"""

import argparse
import gzip
import html
import json
import re
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import log2
from pathlib import Path
from statistics import fmean

from django.db import connection

from bench.database import database
from bench.figures import Clock, processor_clock, progress, settle, sizes, times, wall_clock

DEEPEST = 100
PAGE = 20
ARTICLES_PER_BATCH = 500


@dataclass(frozen=True)
class Document:
    id: str
    title: str
    lead: str
    text: str


@dataclass(frozen=True)
class KnownItem:
    text: str
    relevant: frozenset[str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--docs", type=Path, required=True, help="JSON Lines, plain or .gz")
    parser.add_argument("--queries", type=Path, nargs="+", required=True, help="JSON Lines, a file for each kind")
    parser.add_argument("--limit", type=int, help="ask only the first so many queries of each file")
    parser.add_argument(
        "--lucene", nargs="*", default=[], metavar="KIND=MRR", help="Lucene's figures, to compare with"
    )
    parser.add_argument("--no-peers", action="store_true", help="leave tantivy and SQLite out")
    parser.add_argument(
        "--clock",
        choices=["wall", "processor"],
        default="wall",
        help="of a page: time (wall), or on a busy machine the processor's time of this and PostgreSQL's process",
    )
    parser.add_argument("--report", type=Path, help="write the figures there as JSON")
    options = parser.parse_args()

    with database():
        report = run(options)
    if options.report:
        options.report.write_text(json.dumps(report, indent=2), encoding="utf-8")


def run(options: argparse.Namespace) -> dict:
    documents = [
        Document(line["id"], line.get("title", ""), line.get("lead", ""), line["text"])
        for line in lines(options.docs)
    ]
    print(f"{len(documents)} documents")
    engines: dict[str, Callable[[str, int], list[str]]] = {"Sijill": sijill(documents)}
    if not options.no_peers:
        engines |= {"tantivy": tantivy_arabic(documents), "SQLite FTS5": sqlite_fts5(documents)}
    lucene = {kind: float(figure) for kind, figure in (pair.split("=") for pair in options.lucene)}
    clock = wall_clock if options.clock == "wall" else processor_clock()
    report = {}
    settle()
    for path in options.queries:
        kind = path.name.removeprefix("queries.").removesuffix(".gz").removesuffix(".jsonl")
        items = [KnownItem(line["text"], frozenset(line["relevant"])) for line in lines(path)][: options.limit]
        report[kind] = measure(engines, items, clock)
        show(kind, len(items), report[kind], lucene.get(kind))
    return report


def lines(path: Path) -> Iterator[dict]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


# --- The engines -------------------------------------------------------------------------------------------------


def sijill(documents: list[Document]) -> Callable[[str, int], list[str]]:
    ids = load(documents)
    from archive.search.engine import SearchRequest, search_articles
    from archive.search.limits import SearchTimeoutError, time_limit

    def search(text: str, size: int) -> list[str]:
        try:
            with time_limit():
                results = search_articles(SearchRequest(text=text, page_size=size))
        except SearchTimeoutError:
            return []  # As a reader finds nothing then.
        return [ids[article.pk] for article in results.articles]

    return search


def load(documents: list[Document]) -> dict[int, str]:
    """Write DOCUMENTS into the database as published articles; return their ids by those of the articles."""
    from archive.models import Article, Source
    from archive.search.statistics import count_words

    source = Source.objects.create(name="bench", slug="bench")

    def articles() -> Iterator[Article]:
        for document in documents:
            body = "".join(
                f"<p>{html.escape(paragraph)}</p>" for paragraph in document.text.splitlines() if paragraph
            )
            yield Article(
                source=source,
                # An article has a title; one that none was given for is called by its number.
                title=document.title or document.id,
                summary=document.lead,
                body=body,
                status=Article.Status.PUBLISHED,
                date_precision=Article.Precision.UNKNOWN,
            )

    started = time.perf_counter()
    made = Article.objects.bulk_create(articles(), batch_size=ARTICLES_PER_BATCH)
    written = time.perf_counter()
    count_words()
    counted = time.perf_counter()
    indexing = index_anew()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE archive_articlesearch")
    size = sizes()
    print(
        f"Sijill: {len(documents) / (written - started):.0f} articles/s written and indexed, words counted in "
        f"{counted - written:.1f} s; {len(documents) / indexing:.0f} articles/s a core indexed anew; "
        f"index {size['index'] / 2**20:.0f} MB, all that search keeps {size['search'] / len(documents):.0f} bytes "
        f"an article, and {size['spellings'] / len(documents):.0f} of spellings, for completion and corrections"
    )
    return {article.pk: document.id for article, document in zip(made, documents, strict=True)}


def index_anew() -> float:
    """Make the search entries and their index anew, as `rebuild_search` does; return seconds of the processor."""
    from archive.search.rebuilding import rebuild_entries

    clock = processor_clock()
    started = clock()
    rebuild_entries(lambda _done, _total: None)
    return clock() - started


def tantivy_arabic(documents: list[Document]) -> Callable[[str, int], list[str]]:
    from bench.tantivy_index import TantivyIndex, any_word

    index = TantivyIndex(Path(tempfile.mkdtemp(prefix="bench-tantivy-")))
    started = time.perf_counter()
    index.add(
        {"id": number, "text": "\n".join((document.title, document.lead, document.text))}
        for number, document in enumerate(documents)
    )
    seconds = time.perf_counter() - started
    print(f"tantivy: {len(documents) / seconds:.0f} articles/s on one thread; index {index.bytes / 2**20:.0f} MB")

    def search(text: str, size: int) -> list[str]:
        words = any_word(text)
        return [documents[number].id for number in index.search(words, size)] if words else []

    return search


def sqlite_fts5(documents: list[Document]) -> Callable[[str, int], list[str]]:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE articles USING fts5(id UNINDEXED, text)")
    started = time.perf_counter()
    database.executemany(
        "INSERT INTO articles VALUES (?, ?)",
        ((document.id, "\n".join((document.title, document.lead, document.text))) for document in documents),
    )
    print(f"SQLite FTS5: {len(documents) / (time.perf_counter() - started):.0f} articles/s, in memory")

    def search(text: str, size: int) -> list[str]:
        words = re.findall(r"\w+", text)
        query = " OR ".join(f'"{word}"' for word in words)
        rows = database.execute("SELECT id FROM articles WHERE articles MATCH ? ORDER BY rank LIMIT ?", (query, size))
        return [row[0] for row in rows] if words else []

    return search


# --- The figures -------------------------------------------------------------------------------------------------


def measure(
    engines: dict[str, Callable[[str, int], list[str]]], items: list[KnownItem], clock: Clock
) -> dict[str, dict]:
    """Figures by engine: MRR, nDCG and recall at 10, recall at 100, share without any result, milliseconds a page."""
    ranks: dict[str, list[list[int]]] = {name: [] for name in engines}
    pages: dict[str, list[float]] = {name: [] for name in engines}
    for number, item in enumerate(items):
        for name, search in engines.items():
            started = clock()
            page = search(item.text, PAGE)
            pages[name].append((clock() - started) * 1000)
            deep = search(item.text, DEEPEST) if len(page) == PAGE else page
            ranks[name].append(
                [rank for rank, found in enumerate(deep, 1) if found in item.relevant] if deep else [0]
            )
        progress(number + 1, len(items), "queries")
    return {
        name: figures(ranks[name], [len(item.relevant) for item in items]) | times(pages[name]) for name in engines
    }


def figures(ranks: list[list[int]], relevant_counts: list[int]) -> dict[str, float]:
    def recall(depth: int) -> float:
        return fmean(
            sum(0 < rank <= depth for rank in found) / count
            for found, count in zip(ranks, relevant_counts, strict=True)
        )

    return {
        "MRR@10": fmean(max((1 / rank for rank in found if 0 < rank <= 10), default=0) for found in ranks),
        "nDCG@10": fmean(
            sum(1 / log2(rank + 1) for rank in found if 0 < rank <= 10)
            / sum(1 / log2(rank + 1) for rank in range(1, min(count, 10) + 1))
            for found, count in zip(ranks, relevant_counts, strict=True)
        ),
        "recall@10": recall(10),
        "recall@100": recall(100),
        "nothing found": fmean(found == [0] for found in ranks),
    }


def show(kind: str, count: int, report: dict[str, dict], lucene_mrr: float | None) -> None:
    columns: Iterable[str] = next(iter(report.values()))
    print(f"\n{kind}: {count} queries\n{'':12}" + "".join(f"{name:>15}" for name in columns))
    for name, row in report.items():
        print(
            f"{name:12}"
            + "".join(f"{value:15.1f}" if "ms" in key else f"{value:15.4f}" for key, value in row.items())
        )
    if lucene_mrr:
        print(f"Sijill's MRR@10 is {report['Sijill']['MRR@10'] / lucene_mrr:.3f} times Lucene's ({lucene_mrr})")


if __name__ == "__main__":
    main()
