"""`bench/names FILE`: how well names are found that are written in Latin letters, and how fast.

Each line of FILE is a name in Latin letters, a tab, and the name in Arabic letters. The Arabic ones become entities
of a database, with those of --names (a name a line, what follows a tab left aside), each with that one name. Then
each Latin one is looked for. Names of one word are told apart; so are the last words of longer names, for which every
name that has the word is right. No name is in more articles than another: what tells namesakes apart elsewhere is
missing.

HIT@1 and HIT@5: the name is the first of the answers, or among five. SHOWN: how often the first is so like that it
would be shown; PRECISION: how many of these are right. OTHERS: how often a wrong one is so like. The last four
columns are of processor time, that of the database too: without what other programs take. Those of THE ADMIN are of
what its list of entities asks, where a name may also begin so.
"""

import argparse
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.database import database
from bench.figures import Clock, processor_clock, progress, times, wall_clock

BATCH = 2_000
ADMIN_PAGE = 50


@dataclass
class Tally:
    asked: int = 0
    first: int = 0
    among_five: int = 0
    shown: int = 0
    shown_right: int = 0
    others: int = 0
    milliseconds: list[float] = field(default_factory=list)
    processor_milliseconds: list[float] = field(default_factory=list)
    admin_milliseconds: list[float] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--names", type=Path, nargs="+", default=[], metavar="FILE", help="names to find them among")
    parser.add_argument(
        "--part", choices=("odd", "even"), help="ask for every other line only, from the first or second"
    )
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the database there for the next run")
    parser.add_argument("--missed", action="store_true", help="name what was not found among five")
    options = parser.parse_args()
    pairs = list(read_pairs(options.file))
    with database(keep=options.keep):
        write([*(arabic for _latin, arabic in pairs), *read_names(options.names)])
        asked = {"odd": pairs[::2], "even": pairs[1::2], None: pairs}[options.part]
        report(measure(asked), missed=options.missed)


def read_pairs(path: Path) -> Iterator[tuple[str, str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        latin, tab, arabic = line.partition("\t")
        if tab and not line.startswith("#"):
            yield latin.strip(), arabic.split("\t")[0].strip()


def read_names(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            yield line.partition("\t")[0].strip()


def write(names: Sequence[str]) -> None:
    """Make entities of those of NAMES that are not there."""
    from archive.entities.sounding import sound_anew, sound_waiting
    from archive.models import Alias, Entity
    from archive.text.normalize import words

    known = set(Alias.objects.values_list("key", flat=True))
    new = {key: name[:200] for name in names if (key := words(name)[:200]) and key not in known}
    missing = list(new.values())
    for start in range(0, len(missing), BATCH):
        batch = missing[start : start + BATCH]
        entities = Entity.objects.bulk_create(Entity(kind="person", name=name) for name in batch)
        Alias.objects.bulk_create(
            Alias(entity=entity, name=name, kind="name") for entity, name in zip(entities, batch, strict=True)
        )
        progress(start + len(batch), len(missing), "names")
    sound_anew()
    sound_waiting()
    vacuum()
    print(f"{Alias.objects.count()} names")


def vacuum() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def measure(pairs: Sequence[tuple[str, str]]) -> dict[str, Tally]:
    tallies = {"full names": Tally(), "one word": Tally(), "last words of full names": Tally()}
    processor = processor_clock()
    for latin, arabic in pairs:
        wanted, last = bare(arabic), latin.split()[-1]
        if len(wanted) == 1 or last == latin:
            ask(tallies["one word"], latin, lambda name, wanted=wanted: holds(bare(name), wanted), processor)
            continue
        ask(tallies["full names"], latin, lambda name, wanted=wanted: bare(name) == wanted, processor)
        if "-" not in last:
            word = wanted[-1:]
            ask(tallies["last words of full names"], last, lambda name, word=word: holds(bare(name), word), processor)
    return {kind: tally for kind, tally in tallies.items() if tally.asked}


def bare(name: str) -> list[str]:
    """The folded words of NAME, without the article."""
    from archive.text.normalize import words

    return [word.removeprefix("ال") or word for word in words(name).split()]


def holds(name: Sequence[str], wanted: Sequence[str]) -> bool:
    """Has NAME the words WANTED beside each other, with or without a space between them?"""
    return "".join(wanted) in "".join(name) and (len(wanted) > 1 or wanted[0] in name)


def ask(tally: Tally, latin: str, is_right: Callable[[str], bool], processor: Clock) -> None:
    from archive.entities.names import SHOWN, find_names, named
    from archive.models import Entity

    began, worked = wall_clock(), processor()
    found = find_names(latin, all_alike=True)
    tally.processor_milliseconds.append((processor() - worked) * 1000)
    tally.milliseconds.append((wall_clock() - began) * 1000)
    worked = processor()
    list(named(Entity.objects.with_article_counts(), latin)[:ADMIN_PAGE])
    tally.admin_milliseconds.append((processor() - worked) * 1000)
    tally.asked += 1
    right = [is_right(one.name) for one in found]
    tally.first += any(right[:1])
    tally.among_five += any(right[:5])
    if not any(right[:5]):
        tally.missed.append(f"{latin}, found: {', '.join(f'{one.name} {one.like:.2f}' for one in found[:3])}")
    if found and found[0].like >= SHOWN:
        tally.shown += 1
        tally.shown_right += right[0]
    tally.others += any(one.like >= SHOWN and not fits for one, fits in zip(found, right, strict=True))


def report(tallies: dict[str, Tally], *, missed: bool) -> None:
    columns = ["", "asked", "hit@1", "hit@5", "shown", "precision", "others", "ms p50", "p95", "processor p50", "p95"]
    columns += ["the admin p50", "p95"]
    print(f"| {' | '.join(columns)} |")
    print("|---" * len(columns) + "|")
    for kind, tally in tallies.items():
        figures = (tally.first, tally.among_five, tally.shown)
        shares = [*(figure / tally.asked for figure in figures), tally.shown_right / max(tally.shown, 1)]
        measured = (tally.milliseconds, tally.processor_milliseconds, tally.admin_milliseconds)
        clocks = [times(milliseconds) for milliseconds in measured]
        cells = [f"{share:.3f}" for share in (*shares, tally.others / tally.asked)]
        cells += [f"{clock[step]:.1f}" for clock in clocks for step in ("p50 ms", "p95 ms")]
        print(f"| {kind} | {tally.asked} | {' | '.join(cells)} |")
    for kind, tally in tallies.items() if missed else ():
        for line in tally.missed:
            print(f"{kind}: {line}")


if __name__ == "__main__":
    main()
