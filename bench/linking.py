"""How fast known names are found in articles, and how well on labelled texts. No database is needed.

    bench/linking --jsonl FILE… --conll FILE…

The names are those of the demo archive, and those with the starter list. FILE of --jsonl has an article a line, with
a `body`, plain or gzipped: ARTICLES/S is what one core reads, by the processor's clock. FILE of --conll has a token
and its label a line, sentences parted by an empty line, articles by nothing: some sentences together are read as one
article. PRECISION is how many of the mentions found carry a label of their kind on exactly their words; NAMED, how
many carry any; RECALL, how many labelled names that the list knows are found.
"""

import argparse
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bench.copies import read_bodies
from bench.database import set_up_django

SENTENCES_PER_ARTICLE = 10
WARM_UP = 500
MAX_PARTICLES = 3
"""So many letters of particles at most stand before a name; labels hold them."""

DEMO = Path(__file__).resolve().parent.parent / "archive" / "demo" / "entities"
KINDS = {"PERS": "person", "PER": "person", "ORG": "organisation", "LOC": "place", "GPE": "place", "FAC": "place"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jsonl", type=Path, nargs="*", default=[], metavar="FILE")
    parser.add_argument("--conll", type=Path, nargs="*", default=[], metavar="FILE")
    parser.add_argument("--articles", type=int, default=4_000, help="so many are read (4,000)")
    parser.add_argument("--wrong", type=int, default=0, help="print the commonest mentions that carry no label")
    options = parser.parse_args()
    set_up_django()
    lists = {"demo": demo_names(), "demo and starter list": [*demo_names(), *starter_names()]}
    bodies = list(read_bodies(options.jsonl))[: options.articles]
    for label, names in lists.items():
        speed(label, names, bodies)
    for path in options.conll:
        quality(path, lists["demo and starter list"], options.wrong)


def demo_names() -> list:
    from archive.entities.gazetteer import KnownName
    from archive.text.normalize import words
    from archive.text.stop_words import is_stop_word

    entries = [entry for path in sorted(DEMO.glob("*.toml")) for entry in tomllib.loads(path.read_text())["entity"]]
    return [
        KnownName(words(name), number, entry["kind"], weak)
        for number, entry in enumerate(entries)
        for weak, names in (
            (False, [entry["name"], entry.get("name_latin", ""), *entry.get("aliases", [])]),
            (True, entry.get("weak", [])),
        )
        for name in names
        if name and not is_stop_word(name)
    ]


def starter_names() -> list:
    from archive.entities.gazetteer import KnownName
    from archive.entities.starter.listing import read_list
    from archive.text.normalize import words
    from archive.text.stop_words import is_stop_word

    taken = {(name.kind, name.key): name.entity_id for name in demo_names()}
    names = []
    for number, entry in enumerate(read_list(), start=1_000_000):
        keys = [words(name) for name in (entry.name, *entry.spellings)]
        known = next((taken[entry.kind, key] for key in keys if (entry.kind, key) in taken), number)
        latin = [words(entry.name_latin)] if entry.name_latin else []
        names += [KnownName(key, known, entry.kind) for key in (*keys, *latin)]
        names += [KnownName(words(name), known, entry.kind, True) for name in entry.weak if not is_stop_word(name)]
    return names


def gazetteer_of(names: Sequence):
    from archive.entities.gazetteer import Gazetteer
    from archive.entities.starter.listing import read_list

    places = {
        number: (entry.latitude, entry.longitude)
        for number, entry in enumerate(read_list(), start=1_000_000)
        if entry.latitude is not None
    }
    return Gazetteer(names, places=places)


def speed(label: str, names: Sequence, bodies: Sequence[str]) -> None:
    from archive.entities.context import read

    begun = time.process_time()
    gazetteer = gazetteer_of(names)
    loaded = time.process_time() - begun
    for body in bodies[:WARM_UP]:
        read(body, gazetteer)
    begun = time.process_time()
    readings = [read(body, gazetteer) for body in bodies]
    seconds = time.process_time() - begun
    if bodies:
        found, held = (sum(len(part) for part in parts) / len(bodies) for parts in zip(*readings, strict=True))
        print(
            f"{label}: {len(names):,} names made ready in {loaded:.2f} s, {len(bodies) / seconds:,.0f} articles/s, "
            f"{found:.1f} mentions and {held:.1f} held back an article"
        )


# --- Quality ---


def quality(path: Path, names: Sequence, wrong: int) -> None:
    from archive.entities.context import read
    from archive.text.normalize import words

    gazetteer = gazetteer_of(names)
    known = {(name.kind, name.key) for name in names}
    counts: Counter[str] = Counter()
    unlabelled: Counter[str] = Counter()
    for text, labelled in articles_of(path):
        reading = read(text, gazetteer)
        found = {(one.start, one.end): gazetteer.kinds[one.entity_id] for one in reading.found}
        for (start, end), kind in found.items():
            within = [one for span, one in labelled.items() if span[0] < end and start < span[1]]
            counts[f"found {kind}"] += 1
            counts[f"named {kind}"] += bool(within)
            counts[f"right {kind}"] += any(
                labelled.get((start - letters, end)) == kind for letters in range(MAX_PARTICLES + 1)
            )
            if not within:
                unlabelled[text[start:end]] += 1
        for (start, end), kind in labelled.items():
            if (kind, words(text[start:end])) in known:
                counts[f"known {kind}"] += 1
                counts[f"recalled {kind}"] += any(start < other[1] and other[0] < end for other in found)
    print(f"\n{path.name}")
    print("kind          found  precision  named  known  recall")
    for kind in ("person", "organisation", "place"):
        all_, known_ = max(counts[f"found {kind}"], 1), max(counts[f"known {kind}"], 1)
        print(
            f"{kind:<13}{all_:>6}{counts[f'right {kind}'] / all_:>11.3f}{counts[f'named {kind}'] / all_:>7.3f}"
            f"{known_:>7}{counts[f'recalled {kind}'] / known_:>8.3f}"
        )
    for words_, count in unlabelled.most_common(wrong):
        print(f"{count:>5} {words_}")


def articles_of(path: Path) -> Iterator[tuple[str, dict[tuple[int, int], str]]]:
    """The sentences of a labelled file, some together as one text, with the kind of each labelled span."""
    sentences: list[list[tuple[str, str]]] = []
    for sentence in sentences_of(path):
        sentences.append(sentence)
        if len(sentences) == SENTENCES_PER_ARTICLE:
            yield text_of(sentences)
            sentences = []
    if sentences:
        yield text_of(sentences)


def sentences_of(path: Path) -> Iterator[list[tuple[str, str]]]:
    sentence: list[tuple[str, str]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            token, *labels = line.split()
            # Where names stand in names, the outermost of a kind that we know.
            sentence.append((token, next((label for label in labels if label.partition("-")[2] in KINDS), "O")))
        elif sentence:
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def text_of(sentences: Iterable[Sequence[tuple[str, str]]]) -> tuple[str, dict[tuple[int, int], str]]:
    text = ""
    spans: dict[tuple[int, int], str] = {}
    for sentence in sentences:
        begun: tuple[int, str] | None = None
        for token, label in [*sentence, ("", "O")]:
            kind = KINDS.get(label.partition("-")[2], "")
            if begun and (label.startswith("B") or kind != begun[1]):
                spans[begun[0], len(text.rstrip())] = begun[1]
                begun = None
            if kind and not begun:
                begun = (len(text), kind)
            text += f"{token} " if token else ""
        text = text.rstrip() + "\n"
    return text, spans


if __name__ == "__main__":
    main()
