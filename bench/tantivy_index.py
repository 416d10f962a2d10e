"""tantivy, the peer: its Arabic stemmer and BM25, with sections, sources, years and entities as fast fields.

It keeps numbers and no texts: what it answers is ids, a total and facets, and no snippets.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import tantivy

ANALYZER = "arabic"
WRITER_BYTES = 128 * 2**20


class TantivyIndex:
    """An index of texts in FOLDER; FILTERS and FACETS name the numbers that come with each, one or several."""

    def __init__(self, folder: Path, *, numbers: Sequence[str] = (), lists: Sequence[str] = ()) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        schema = tantivy.SchemaBuilder()
        schema.add_integer_field("id", stored=True, indexed=True)
        schema.add_text_field("text", tokenizer_name=ANALYZER)
        for name in (*numbers, *lists):
            schema.add_integer_field(name, indexed=True, fast=True)
        self._index = tantivy.Index(schema.build(), path=str(folder))
        self._index.register_tokenizer(
            ANALYZER,
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
            .filter(tantivy.Filter.remove_long(64))
            .filter(tantivy.Filter.lowercase())
            .filter(tantivy.Filter.stemmer("arabic"))
            .build(),
        )
        self._open()

    def _open(self) -> None:
        self._index.reload()
        self.searcher = self._index.searcher()

    @property
    def count(self) -> int:
        return self.searcher.num_docs

    @property
    def bytes(self) -> int:
        return sum(path.stat().st_size for path in self.folder.iterdir())

    def add(self, documents: Iterable[Mapping[str, object]]) -> None:
        """Add DOCUMENTS, each with `id`, `text` and the numbers, on one thread."""
        writer = self._index.writer(WRITER_BYTES, num_threads=1)
        for document in documents:
            writer.add_document(tantivy.Document(**document))
        writer.commit()
        writer.wait_merging_threads()
        self._open()

    def search(self, query: str, size: int, *, offset: int = 0, newest_by: str | None = None) -> list[int]:
        """The ids of the best SIZE, or of the last by the number NEWEST_BY, for QUERY in tantivy's notation."""
        found = self.searcher.search(
            self._index.parse_query(query, ["text"]), size, offset=offset, order_by_field=newest_by
        )
        return [self.searcher.doc(address)["id"][0] for _score, address in found.hits]

    def count_and_divide(self, query: str, facets: Sequence[str]) -> tuple[int, dict[str, dict[int, int]]]:
        """How many answer QUERY, and the commonest numbers of each of FACETS among them."""
        parsed = self._index.parse_query(query, ["text"])
        count = self.searcher.search(parsed, 1, count=True).count
        buckets = self.searcher.aggregate(
            parsed, {facet: {"terms": {"field": facet, "size": 20}} for facet in facets}
        )
        return count, {
            facet: {int(bucket["key"]): bucket["doc_count"] for bucket in buckets[facet]["buckets"]}
            for facet in facets
        }


def any_word(text: str) -> str:
    """The words of TEXT as a query for any of them."""
    return " ".join(re.findall(r"\w+", text))
