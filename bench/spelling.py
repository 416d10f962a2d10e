"""How often a misspelt query is corrected to what was meant, how often a fine one is left alone, and how fast.

    bench/spelling --docs docs.jsonl.gz --queries queries.short.jsonl

Documents and queries are those of bench/retrieval. In each query one word is misspelt, chosen by chance among those
of four letters or more that the archive has: by one edit, in every fifth query by two. A letter is left out, put in,
replaced by any other, or swapped with the next, all as likely; what comes out is no word that the archive has. The
same queries are misspelt alike in every run. "In some form" counts corrections by which the same articles are found.

The weights of `archive.search.word_company` and `archive.search.spelling` were learned on the first of every two
short queries of the collection that docs/search.md reports on: --half 2 asks the others only.
"""

import argparse
import json
import random
import re
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from bench.database import database
from bench.figures import times
from bench.retrieval import Document, lines, load

MIN_LETTERS = 4
SHARE_WITH_TWO_EDITS = 0.2
LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
ARABIC_WORD = re.compile(f"[{LETTERS}ءأإآؤئىة]{{{MIN_LETTERS},}}")
SHOWN = 5


@dataclass(frozen=True)
class Misspelt:
    """A query with a word TYPED for the one MEANT, both folded, by so many EDITS."""

    text: str
    typed: str
    meant: str
    edits: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--docs", type=Path, required=True, help="JSON Lines, plain or .gz")
    parser.add_argument("--queries", type=Path, nargs="+", required=True, help="JSON Lines, a file for each kind")
    parser.add_argument("--limit", type=int, help="ask only the first so many queries of each file")
    parser.add_argument("--half", type=int, choices=(1, 2), help="ask only the first, or the second, of every two")
    parser.add_argument("--report", type=Path, help="write the figures there as JSON")
    options = parser.parse_args()
    with database():
        report = run(options)
    if options.report:
        options.report.write_text(json.dumps(report, indent=2), encoding="utf-8")


def run(options: argparse.Namespace) -> dict:
    load(
        [
            Document(line["id"], line.get("title", ""), line.get("lead", ""), line["text"])
            for line in lines(options.docs)
        ]
    )
    report = {}
    for path in options.queries:
        queries = [line["text"] for line in lines(path)]
        if options.half:
            queries = queries[options.half - 1 :: 2]
        report[path.name] = measure(queries[: options.limit])
        show(path.name, report[path.name])
    return report


def misspell(text: str, known: Collection[str], fold: Callable[[str], str]) -> Misspelt | None:
    """Return TEXT with a word misspelt that is KNOWN when folded; None where there is none to choose."""
    chance = random.Random(text)
    words = [match for match in ARABIC_WORD.finditer(text) if _stands_alone(match, text) and fold(match[0]) in known]
    if not words:
        return None
    word = chance.choice(words)
    edits = 2 if chance.random() < SHARE_WITH_TWO_EDITS else 1
    meant, typed = fold(word[0]), word[0]
    while fold(typed) == meant or fold(typed) in known:
        typed = word[0]
        for _ in range(edits):
            typed = edited(typed, chance)
    return Misspelt(text[: word.start()] + typed + text[word.end() :], fold(typed), meant, edits)


def _stands_alone(match: re.Match, text: str) -> bool:
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    return not (before.isalnum() or after.isalnum())


def edited(word: str, chance: random.Random) -> str:
    """Return WORD with one edit."""
    place = chance.randrange(len(word))
    match chance.choice(("leave out", "put in", "replace", "swap")):
        case "leave out":
            return word[:place] + word[place + 1 :]
        case "put in":
            place = chance.randrange(len(word) + 1)
            return word[:place] + chance.choice(LETTERS) + word[place:]
        case "replace":
            return word[:place] + chance.choice(LETTERS.replace(word[place], "")) + word[place + 1 :]
        case _:
            place = chance.randrange(len(word) - 1)
            return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def measure(queries: Iterable[str]) -> dict[str, float]:
    from archive.models import SearchWord
    from archive.search.engine import SearchRequest
    from archive.search.spelling import did_you_mean
    from archive.text.normalize import words
    from archive.text.tokenize import stems

    known = set(SearchWord.objects.values_list("folded", flat=True))
    queries = list(queries)
    found: dict[int, list[int]] = {1: [], 2: []}
    milliseconds: list[float] = []
    alarms: list[bool] = []
    in_any_form: list[bool] = []

    def is_corrected(text: str) -> bool:
        started = time.perf_counter()
        suggestions = did_you_mean(SearchRequest(text=text))
        milliseconds.append((time.perf_counter() - started) * 1000)
        return bool(suggestions)

    for text in queries:
        alarms.append(is_corrected(text))
        if one := misspell(text, known, words):
            suggested = []
            if is_corrected(one.text):
                suggested = [words(other.text) for other in did_you_mean(SearchRequest(text=one.text), limit=SHOWN)]
            in_any_form.append(bool(suggested) and stems(suggested[0]) == stems(text))
            found[one.edits].append(suggested.index(words(text)) + 1 if words(text) in suggested else 0)
    both = found[1] + found[2]
    return {
        "queries": len(queries),
        "misspelt": len(both),
        "right first": fmean(place == 1 for place in both),
        "right first, one edit": fmean(place == 1 for place in found[1]),
        "right first, two edits": fmean(place == 1 for place in found[2]),
        "first in some form of it": fmean(in_any_form),
        f"right in {SHOWN}": fmean(0 < place <= SHOWN for place in both),
        "false alarms": fmean(alarms),
    } | times(milliseconds)


def show(kind: str, report: dict[str, float]) -> None:
    print(f"\n{kind}")
    for name, value in report.items():
        if name.endswith(" ms"):
            print(f"{name:24}{value:8.1f}")
        elif isinstance(value, int):
            print(f"{name:24}{value:8}")
        else:
            print(f"{name:24}{value:8.1%}")


if __name__ == "__main__":
    main()
