"""How well names are found in labelled texts, by kind, and how fast.

    bench/entities FILE…                            # the shipped model
    bench/entities FILE… --train FILE…              # a model trained on those files only
    bench/entities FILE… --adapt FILE… [--sentences 100 300]
    bench/entities FILE… --train FILE… --hold-out 0.2

Files are CoNLL: a token and its label a line, an empty line after each sentence, labels in BIO, IOB or BIOES. PER,
PERS, PERSON are persons, LOC, GPE places, ORG organisations; other types count as no names, and are told.

PRECISION, RECALL and F1 are of exact spans with the right kind, in tokens of the file. OVERLAP is how many of the
names are touched by any proposal, of which there are more: what is only likely enough is proposed too. Speed is of
one processor, an article being 300 words.

With --train a model is trained on the files only, with the names and clusters of the shipped one. With --adapt it
leans on what the shipped model says as well, as `script/manage train_names` does with what editors decided;
--sentences tells of how many, beside the shipped model alone. With --hold-out the last part of every file is measured
and the rest trained on, none of it twice: where FILE and --train name the same file.
"""

import argparse
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.database import set_up_django

WORDS_PER_ARTICLE = 300
TENTHS = 10


@dataclass
class Counts:
    """How many names there are of each kind, were found, and were right; and how many any proposal touches."""

    there: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    touched: Counter[str] = field(default_factory=Counter)
    proposals: int = 0
    touching: int = 0
    sure: Counter[int] = field(default_factory=Counter)
    """Proposals by tenths of their confidence."""
    sure_right: Counter[int] = field(default_factory=Counter)
    words: int = 0
    seconds: float = 0.0

    def row(self, kinds: Sequence[str]) -> tuple[int, float, float, float, float]:
        there, found, right, touched = (
            sum(counter[kind] for kind in kinds) for counter in (self.there, self.found, self.right, self.touched)
        )
        precision, recall = right / max(found, 1), right / max(there, 1)
        return there, precision, recall, 2 * right / max(there + found, 1), touched / max(there, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--model", type=Path, metavar="FILE", help="another than the shipped one")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--train", type=Path, nargs="+", metavar="FILE", help="train on these, and nothing else")
    ways.add_argument("--adapt", type=Path, nargs="+", metavar="FILE", help="adapt the shipped model to these")
    parser.add_argument("--sentences", type=int, nargs="+", default=[], help="adapt to so many of them (all)")
    parser.add_argument("--hold-out", type=float, default=0.0, metavar="SHARE", help="of every file, at its end")
    parser.add_argument("--confidence", action="store_true", help="tell how often proposals are right, by confidence")
    options = parser.parse_args()
    set_up_django()
    measured = [part for file in options.files for part in [held(file, options.hold_out)[1]]]
    passed_over = sum((part.passed_over for part in measured), Counter())
    if passed_over:
        print("not counted:", ", ".join(f"{count} {kind}" for kind, count in passed_over.most_common()))
    for title, model in models(options):
        print(f"\n{title}")
        counts = measure(model, [article for part in measured for article in part.articles])
        show(counts, confidence=options.confidence)


def held(path: Path, share: float):
    """What is learned from and what is measured of the file at PATH: all of it both times if SHARE is 0."""
    from archive.entities.labelled import read_conll

    with path.open(encoding="utf-8") as lines:
        labelled = read_conll(lines)
    return labelled.split(share) if share else (labelled, labelled)


def models(options: argparse.Namespace) -> Iterable[tuple]:
    """What each model is called, and the model."""
    from archive.entities.model_file import ModelFile
    from archive.entities.tagging import Model, shipped_model
    from archive.entities.training import train

    shipped = Model(ModelFile.unpacked(options.model.read_bytes())) if options.model else shipped_model()
    learned = [held(path, options.hold_out)[0] for path in options.train or options.adapt or []]
    if options.train:
        texts = [text for part in learned for text in part.texts()]
        yield f"trained on {told(learned)}", Model(train(texts, **shipped.resources(), about={}))
        return
    yield "the shipped model", shipped
    for sentences in (options.sentences or [None]) if options.adapt else []:
        parts = [part if sentences is None else part.first(sentences) for part in learned]
        texts = [text for part in parts for text in part.texts()]
        file = train(texts, **shipped.resources(), about={}, base=shipped)
        yield f"the shipped model, adapted to {told(parts)}", Model(file, base=shipped)


def told(parts: Iterable) -> str:
    return f"{sum(len(article) for part in parts for article in part.articles)} sentences"


def measure(model, articles: Sequence[Sequence]) -> Counts:
    """Find the names in ARTICLES, lists of sentences."""
    from archive.entities.labelled import Span, joined

    counts = Counts()
    model.find(joined(articles[0])[0].text)  # What is loaded once is not counted.
    for article in articles:
        labelled, places = joined(article)
        began = time.process_time()
        found = model.find(labelled.text)
        counts.seconds += time.process_time() - began
        counts.words += len(labelled.text.split())
        flat = [place for sentence in places for place in sentence]
        proposed = [Span(*tokens_of(name, flat), name.kind) for name in found]
        count(counts, set(by_tokens(labelled.names, flat)), proposed, found)
    return counts


def by_tokens(names: Iterable, places: Sequence[tuple[int, int]]) -> Iterable:
    from archive.entities.labelled import Span

    return (Span(*tokens_of(name, places), name.kind) for name in names)


def tokens_of(name, places: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The numbers of the first token that NAME touches, and of the one behind it; PLACES are the offsets of each."""
    touched = [number for number, (start, end) in enumerate(places) if start < name.end and name.start < end]
    return touched[0], touched[-1] + 1


def count(counts: Counts, there: set, proposed: Sequence, found: Sequence) -> None:
    best = {span for span, name in zip(proposed, found, strict=True) if name.is_best}
    counts.there.update(span.kind for span in there)
    counts.found.update(span.kind for span in best)
    counts.right.update(span.kind for span in there & best)
    counts.touched.update(span.kind for span in there if any(_touch(span, other) for other in proposed))
    counts.proposals += len(proposed)
    counts.touching += sum(any(_touch(span, other) for other in there) for span in proposed)
    for span, name in zip(proposed, found, strict=True):
        tenth = min(int(name.confidence * TENTHS), TENTHS - 1)
        counts.sure[tenth] += 1
        counts.sure_right[tenth] += span in there


def _touch(one, other) -> bool:
    return one.start < other.end and other.start < one.end


def show(counts: Counts, *, confidence: bool) -> None:
    from archive.entities.labelled import KINDS

    print(f"{'':14}{'names':>7}{'precision':>11}{'recall':>8}{'F1':>7}{'overlap':>9}")
    for title, kinds in (*((kind, (kind,)) for kind in KINDS), ("all", KINDS)):
        there, precision, recall, f1, overlap = counts.row(kinds)
        print(f"{title:14}{there:7}{precision:11.3f}{recall:8.3f}{f1:7.3f}{overlap:9.3f}")
    touching = counts.touching / max(counts.proposals, 1)
    print(f"{counts.proposals} proposals, {touching:.3f} of which touch a name")
    speed = counts.words / WORDS_PER_ARTICLE / max(counts.seconds, 1e-9)
    print(f"{speed:.0f} articles a second and core")
    if confidence:
        for tenth, proposals in sorted(counts.sure.items()):
            right = counts.sure_right[tenth] / proposals
            print(f"  {tenth / TENTHS:.1f} and more: {proposals} proposals, {right:.2f} right")


if __name__ == "__main__":
    main()
