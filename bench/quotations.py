"""How many quotations of labelled sentences are found, how many of those are right, and whose they are said to be.

    bench/quotations tests/samples/quotations/*.jsonl
    bench/quotations --articles articles.jsonl.gz

FILE is JSON Lines, a quotation each: {"text": "…", "start": 17, "end": 52, "speaker": "…"}, with "speaker" null where
a pronoun tells no more; a text with several stands as often, and one without any stands once, without "start". A
quotation that is found is right when it shares at least half of the shorter one with a labelled one. A speaker is
right when all words of the shorter of the two, found and labelled, are in the other. ARTICLES, with "text" or "body",
are read for their number by processor second.
"""

import argparse
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from archive.entities.quotations import FoundQuotation, find_quotations
from archive.text.normalize import words
from bench.retrieval import lines

SHARED = 0.5


@dataclass
class Label:
    start: int
    end: int
    speaker: str | None


@dataclass
class Score:
    """Counts of quotations; of speakers, those of quotations that are right."""

    labelled: int = 0
    found: int = 0
    right: int = 0
    exact: int = 0
    speakers_labelled: int = 0
    speakers_told: int = 0
    speakers_right: int = 0
    wrong: list[str] = field(default_factory=list)

    def rows(self) -> list[tuple[str, str]]:
        return [
            ("labelled", str(self.labelled)),
            ("found", str(self.found)),
            ("precision", share(self.right, self.found)),
            ("recall", share(self.right, self.labelled)),
            ("to the character", share(self.exact, self.right)),
            ("speakers: precision", share(self.speakers_right, self.speakers_told)),
            ("speakers: recall", share(self.speakers_right, self.speakers_labelled)),
        ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="*", metavar="FILE", help="labelled sentences")
    parser.add_argument("--articles", type=Path, help="JSON Lines, plain or .gz: how fast they are read")
    parser.add_argument("--wrong", action="store_true", help="show what was missed (-) and what is wrong (+)")
    options = parser.parse_args()
    for path in options.files:
        score = measure(labelled(lines(path)))
        print(path.name)
        for name, value in score.rows():
            print(f"  {name:<20} {value:>6}")
        if options.wrong:
            print(*score.wrong, sep="\n")
    if options.articles:
        print(f"{speed(options.articles):.0f} articles a second")


def labelled(rows: Iterable[dict]) -> dict[str, list[Label]]:
    texts: dict[str, list[Label]] = {}
    for row in rows:
        labels = texts.setdefault(row["text"], [])
        if row.get("start") is not None:
            labels.append(Label(row["start"], row["end"], row.get("speaker")))
    return texts


def measure(texts: dict[str, list[Label]]) -> Score:
    score = Score()
    for text, labels in texts.items():
        _compare(score, text, labels, find_quotations(text))
    return score


def _compare(score: Score, text: str, labels: Sequence[Label], found: Sequence[FoundQuotation]) -> None:
    score.labelled += len(labels)
    score.found += len(found)
    left = list(labels)
    for quotation in found:
        label = next((label for label in left if same(quotation, label)), None)
        if label is None:
            score.wrong.append(f"+ {text[quotation.start : quotation.end]} | {text}")
            continue
        left.remove(label)
        score.right += 1
        score.exact += (quotation.start, quotation.end) == (label.start, label.end)
        speaker = text[slice(*quotation.speaker)] if quotation.speaker else None
        score.speakers_labelled += label.speaker is not None
        score.speakers_told += speaker is not None
        if speaker and same_speaker(speaker, label.speaker):
            score.speakers_right += 1
        elif speaker or label.speaker:
            score.wrong.append(f"? {speaker} for {label.speaker} | {text}")
    score.wrong += [f"- {text[label.start : label.end]} | {text}" for label in left]


def same(found: FoundQuotation, label: Label) -> bool:
    shared = min(found.end, label.end) - max(found.start, label.start)
    return shared >= SHARED * min(found.end - found.start, label.end - label.start)


def same_speaker(found: str, label: str | None) -> bool:
    one, other = set(words(found).split()), set(words(label or "").split())
    return bool(one and other) and (one <= other or other <= one)


def share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "–"


def speed(path: Path) -> float:
    """Articles by processor second."""
    texts = [row.get("text") or row.get("body") or "" for row in lines(path)]
    start = time.process_time()
    for text in texts:
        find_quotations(text)
    return len(texts) / (time.process_time() - start)


if __name__ == "__main__":
    main()
