"""How well an article finds what is about the same: its own other half among others of the same days.

    bench/related articles.jsonl.gz

Of each FILE (JSON Lines, plain or .gz, with `body`, and `published` where there is a date), in the order of their
dates, so many neighbouring articles are taken that have two sentences and 40 words at least, each text once. Their
bodies are halved in two ways: every other sentence, and the first half of the sentences. One half is published in an
empty archive, the other kept as a draft, which finds and is never found; words are counted as after an import. HIT@1
is how often a draft's own other half comes first, of all articles. Beside it tantivy's Arabic index is asked for any
of the same words of the draft.
"""

import argparse
import gzip
import html
import json
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bench.database import database
from bench.figures import Clock, processor_clock, progress, settle, times, wall_clock

FEWEST_WORDS = 40
DEEPEST = 10
SENTENCE_END = re.compile(r"(?<=[.!؟?])\s+|\n+")

Half = list[str]
"""Sentences."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--articles", type=int, default=1500, help="how many of each file (1,500)")
    parser.add_argument("--skip", type=int, help="begin behind so many (by default those in the middle are taken)")
    parser.add_argument("--clock", choices=["wall", "processor"], default="wall", help="of the times (wall)")
    parser.add_argument("--no-peer", action="store_true", help="leave tantivy out")
    options = parser.parse_args()
    with database():
        clock = wall_clock if options.clock == "wall" else processor_clock()
        print(f"{'':34}{'hit@1':>8}{'hit@5':>8}{'p50 ms':>9}{'p95 ms':>9}")
        for path in options.files:
            articles = chosen(path, options.articles, options.skip)
            for name, halve in (("every other sentence", alternate), ("first and second half", in_the_middle)):
                print(f"{path.name}: {len(articles)} articles, {name}")
                measure([halve(sentences) for sentences in articles], clock, peer=not options.no_peer)


def chosen(path: Path, count: int, skip: int | None) -> list[list[str]]:
    """The sentences of COUNT articles of PATH, neighbours in time."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    bodies: dict[str, str] = {}
    for line in lines:
        bodies.setdefault((line.get("body") or "").strip(), line.get("published") or line.get("collected") or "")
    split = [(published, sentences(body)) for body, published in bodies.items() if len(body.split()) >= FEWEST_WORDS]
    usable = sorted((entry for entry in split if len(entry[1]) > 1), key=lambda entry: entry[0])
    start = max(0, (len(usable) - count) // 2) if skip is None else skip
    return [found for _published, found in usable[start : start + count]]


def sentences(body: str) -> list[str]:
    return [sentence.strip() for sentence in SENTENCE_END.split(body) if sentence.strip()]


def alternate(found: Sequence[str]) -> tuple[Half, Half]:
    return list(found[::2]), list(found[1::2])


def in_the_middle(found: Sequence[str]) -> tuple[Half, Half]:
    """Cut before the sentence in which half of the letters are past."""
    half, place, past = sum(map(len, found)) / 2, 1, len(found[0])
    while place < len(found) - 1 and past < half:
        past += len(found[place])
        place += 1
    return list(found[:place]), list(found[place:])


def measure(halves: Sequence[tuple[Half, Half]], clock: Clock, *, peer: bool) -> None:
    pairs = write(halves)
    settle()
    show("Sijill", pairs, ask(sijill, pairs, clock))
    if peer:
        show("tantivy, any of the same words", pairs, ask(tantivy_like(halves, pairs), pairs, clock))


def write(halves: Sequence[tuple[Half, Half]]) -> dict[int, int]:
    """Fill the archive with HALVES anew; return the ids of the published ones by those of their other halves."""
    from archive.models import Article, Source
    from archive.search.statistics import count_words

    source, _made = Source.objects.get_or_create(slug="bench", defaults={"name": "bench"})
    Article.objects.all().delete()

    def articles(which: int, status: str) -> list[int]:
        made = Article.objects.bulk_create(
            (
                Article(
                    source=source,
                    # Without headlines, which say in few words what an article is about.
                    title=f"{number}",
                    body="".join(f"<p>{html.escape(sentence)}</p>" for sentence in both[which]),
                    status=status,
                    date_precision=Article.Precision.UNKNOWN,
                )
                for number, both in enumerate(halves)
            ),
            batch_size=500,
        )
        return [article.pk for article in made]

    published = articles(0, Article.Status.PUBLISHED)
    drafts = articles(1, Article.Status.DRAFT)
    count_words()
    return dict(zip(drafts, published, strict=True))


def sijill(article_id: int) -> list[int]:
    from bench.measure import likest_ids

    return likest_ids(article_id)[:DEEPEST]


def tantivy_like(halves: Sequence[tuple[Half, Half]], pairs: dict[int, int]) -> Callable[[int], list[int]]:
    """Ask tantivy for any of the words of a portrait, as the draft spells them."""
    from archive.search.portraits import portrait
    from archive.text.tokenize import stem, tokenize
    from bench.tantivy_index import TantivyIndex

    index = TantivyIndex(Path(tempfile.mkdtemp(prefix="bench-tantivy-")))
    index.add({"id": pk, "text": "\n".join(half)} for pk, (half, _other) in zip(pairs.values(), halves, strict=True))
    drafts = {pk: "\n".join(other) for pk, (_half, other) in zip(pairs, halves, strict=True)}

    def search(article_id: int) -> list[int]:
        telling = {term.word for term in portrait(article_id).words.weights}
        text = drafts[article_id]
        spelt = {text[token.start : token.end] for token in tokenize(text) if stem(token.word) in telling}
        words = " ".join(sorted(re.sub(r"\W", "", word) for word in spelt))
        return index.search(words, DEEPEST) if words else []

    return search


def ask(search: Callable[[int], list[int]], pairs: dict[int, int], clock: Clock) -> Iterator[tuple[list[int], float]]:
    """What is found for each draft, and in how many milliseconds."""
    for number, article_id in enumerate(pairs, 1):
        started = clock()
        found = search(article_id)
        yield found, (clock() - started) * 1000
        progress(number, len(pairs), "articles")


def show(name: str, pairs: dict[int, int], answers: Iterator[tuple[list[int], float]]) -> None:
    found, milliseconds = zip(*answers, strict=True)
    own = list(pairs.values())
    first = sum(ids[:1] == [pk] for ids, pk in zip(found, own, strict=True)) / len(own)
    five = sum(pk in ids[:5] for ids, pk in zip(found, own, strict=True)) / len(own)
    took = times(milliseconds)
    # What the peer takes is the portrait's time too.
    print(f"  {name:32}{first:8.3f}{five:8.3f}{took['p50 ms']:9.1f}{took['p95 ms']:9.1f}", flush=True)


if __name__ == "__main__":
    main()
