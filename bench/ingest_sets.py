"""Sets to import: those that are named, shared out among processes, or synthetic ones in several formats."""

import gzip
import io
import json
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import BinaryIO

from bench.synthetic import SyntheticArchive, SyntheticArticle

GZIP_MARK = b"\x1f\x8b"
LINKS = 60
"""How many links of the site stand around a synthetic page, as on a newspaper's."""


def share_out(path: Path, count: int, folder: Path) -> list[Path]:
    """COUNT parts of what is at PATH, in FOLDER: of a folder its files, of a file its lines."""
    parts = [folder / f"part-{number}" for number in range(count)]
    if path.is_dir():
        for part in parts:
            part.mkdir()
        for number, file in enumerate(sorted(file for file in path.rglob("*") if file.is_file())):
            (parts[number % count] / f"{number}-{file.name}").symlink_to(file.resolve())
        return parts
    files = [part.with_suffix(".jsonl").open("wb") for part in parts]
    with _unpacked(path) as lines:
        for number, line in enumerate(lines):
            files[number % count].write(line)
    for file in files:
        file.close()
    return [Path(file.name) for file in files]


def _unpacked(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        is_packed = file.read(len(GZIP_MARK)) == GZIP_MARK
    return gzip.open(path) if is_packed else path.open("rb")


def html_pages(path: Path) -> Iterator[bytes]:
    """The bytes of every page in the folder, or the WARC, at PATH."""
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.is_file():
                yield file.read_bytes()
        return
    from warcio.archiveiterator import ArchiveIterator

    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response" and "html" in (record.http_headers.get_header("Content-Type") or ""):
                yield record.content_stream().read()


# --- Synthetic ones ---


def write_jsonl(path: Path, archive: SyntheticArchive, count: int) -> Path:
    with path.open("w", encoding="utf-8") as file:
        for article in map(archive.article, range(count)):
            record = {
                "id": str(article.number),
                "title": article.title,
                "body": "\n".join(article.paragraphs),
                "summary": article.summary,
                "published": article.published_at.isoformat(),
                "source": f"صحيفة {article.source}",
                "category": f"قسم {article.section}",
                "url": address(article),
            }
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    return path


def write_html(folder: Path, archive: SyntheticArchive, count: int) -> Path:
    folder.mkdir()
    for article in map(archive.article, range(count)):
        (folder / f"{article.number}.html").write_text(page(article, archive), encoding="utf-8")
    return folder


def write_warcs(folder: Path, archive: SyntheticArchive, count: int, *, files: int = 2) -> Path:
    """FILES gzipped WARCs, with the request and the response of each page."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    folder.mkdir()
    for part in range(files):
        with (folder / f"{part}.warc.gz").open("wb") as file:
            writer = WARCWriter(file, gzip=True)
            for number in range(part, count, files):
                article = archive.article(number)
                headers = StatusAndHeaders(
                    "200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1"
                )
                content = io.BytesIO(page(article, archive).encode())
                writer.write_record(
                    writer.create_warc_record(address(article), "response", payload=content, http_headers=headers)
                )
    return folder


def address(article: SyntheticArticle) -> str:
    return f"https://paper-{article.source}.example/{article.section}/{article.number}"


def page(article: SyntheticArticle, archive: SyntheticArchive) -> str:
    """ARTICLE as a newspaper's site has it: with metadata, menus, other headlines and a footer around it."""
    metadata = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "datePublished": article.published_at.isoformat(),
        "articleSection": f"قسم {article.section}",
        "publisher": {"@type": "Organization", "name": f"صحيفة {article.source}"},
    }
    names = archive.names
    links = "".join(
        f'<li><a href="/{number}">{escape(names[(article.number + number) % len(names)])}</a></li>'
        for number in range(LINKS)
    )
    text = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in article.paragraphs)
    title = escape(article.title)
    return (
        f'<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{title} | صحيفة</title>'
        f'<link rel="canonical" href="{address(article)}"><meta property="og:title" content="{title}">'
        f'<meta property="og:type" content="article"><meta name="description" content="{escape(article.summary)}">'
        f'<script type="application/ld+json">{json.dumps(metadata, ensure_ascii=False)}</script></head><body>'
        f"<header><nav><ul>{links}</ul></nav></header><main><article><h1>{title}</h1>"
        f'<div class="article-body"><p><strong>{escape(article.summary)}</strong></p>{text}</div>'
        f'<div class="share"><a href="#">شارك</a></div></article><aside><h2>اقرأ أيضا</h2><ul>{links}</ul></aside>'
        f"</main><footer><p>جميع الحقوق محفوظة © 2024</p><ul>{links}</ul></footer></body></html>"
    )


def total_bytes(paths: Sequence[Path]) -> int:
    files = [file for path in paths for file in (path.rglob("*") if path.is_dir() else [path]) if file.is_file()]
    return sum(file.stat().st_size for file in files)
