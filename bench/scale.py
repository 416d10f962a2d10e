"""How fast the search of a large archive is, beside the naive design in the same database, and tantivy.

    bench/scale --articles 100000 --keep FOLDER --report 100k.json
    bench/scale --articles 1000000 --keep FOLDER --report 1m.json --compare 100k.json

A synthetic archive, the same in every run, is written through the product's own tables and triggers. Then questions
of several classes are asked, each as the whole search page asks it: twenty results with their snippets, the total,
the facets. tantivy returns ids, the total and facets, the naive design too, without entities. They take turns, so
that a busy machine slows them alike.

With --keep the archive stays in FOLDER: the next run begins at once, and a larger one goes on from there.
"""

import argparse
import json
import tempfile
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from statistics import fmean

from bench.database import database
from bench.questions import SAMPLE_ARTICLES, Sample, completions, nasty, questions
from bench.synthetic import SyntheticArchive, arabic_frequencies

OURS, PEER, NAIVE = "Sijill", "tantivy", "naive"
RELATED_PER_QUESTION = 5
"""For so many articles what is related is looked up, for each question of a class."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=20_000, help="how many (20,000); to grow later, by 500s")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the archive there, or use what it keeps")
    parser.add_argument("--database", metavar="URL", help="of an empty PostgreSQL database to use, and to keep")
    parser.add_argument("--processes", type=int, default=2, help="that write articles (2)")
    parser.add_argument("--questions", type=int, default=30, help="of each class (30)")
    parser.add_argument("--rounds", type=int, default=2, help="how often each is asked (2)")
    parser.add_argument("--naive-questions", type=int, default=5, help="how many the naive design is asked (5)")
    parser.add_argument("--exact", type=int, default=10, help="for how many all matches are scored (10)")
    parser.add_argument("--added", type=int, default=300, help="articles added one by one (300)")
    parser.add_argument(
        "--clock",
        choices=["wall", "processor"],
        default="wall",
        help="what counts: time (wall), or on a busy machine the processor's time of this and PostgreSQL's process",
    )
    parser.add_argument("--report", type=Path, help="write the figures there as JSON")
    parser.add_argument("--compare", type=Path, metavar="REPORT", help="tell the growth since that report")
    options = parser.parse_args()

    archive = SyntheticArchive(arabic_frequencies())
    with database(keep=options.keep, url=options.database), tempfile.TemporaryDirectory() as scratch:
        report = run(archive, options, tantivy_folder=(options.keep or Path(scratch)) / "tantivy")
    if options.report:
        options.report.write_text(json.dumps(report, indent=2, ensure_ascii=False), encoding="utf-8")
    if options.compare:
        show_growth(json.loads(options.compare.read_text(encoding="utf-8")), report)


def run(archive: SyntheticArchive, options: argparse.Namespace, *, tantivy_folder: Path | None) -> dict:
    """Build and measure; without a folder for it, leave tantivy out."""
    from bench import build, figures, measure

    count = options.articles
    things = build.build(archive, count, processes=options.processes)
    clock = figures.wall_clock if options.clock == "wall" else figures.processor_clock()
    sijill = measure.Sijill(things)
    engines = {OURS: sijill.ask}
    report = {"articles": count, "clock": options.clock, "build": build.figures(count), "sizes": figures.sizes()}
    if tantivy_folder:
        peer = measure.Tantivy(tantivy_folder, archive, count)
        engines[PEER] = peer.ask
        report["sizes"][PEER] = peer.index.bytes
        report["build"]["seconds of tantivy"] = peer.seconds
    engines[NAIVE] = measure.naive_engine(things)
    show_build(report)

    sample = Sample(archive, min(SAMPLE_ARTICLES, count))
    asked = {name: group for name, group in questions(sample, options.questions).items() if group}
    for group in asked.values():  # Nobody's first question is measured cold.
        for name in engines.keys() - {NAIVE}:
            engines[name](group[0])
    figures.settle()
    show_head(engines, options.clock)
    report["classes"] = {}
    for name, group in asked.items():
        row = measure.ask_in_turn(
            engines, group, clock, rounds=options.rounds, naive_questions=options.naive_questions
        )
        row["best 20"] = measure.overlap(sijill, group[: options.exact])
        report["classes"][name] = row
        show_class(name, row)
    rows = report["classes"].values()
    report["all"] = {
        name: figures.times([*chain.from_iterable(row[name].pop("all") for row in rows)]) for name in engines
    }
    report["all"]["best 20"] = fmean(row["best 20"] for row in rows if row["best 20"] is not None)
    show_class("all", report["all"])

    report["completion"] = measure.complete(completions(sample, archive.names, options.questions), clock)
    report["related"] = measure.find_related(RELATED_PER_QUESTION * options.questions, clock)
    report["nasty"] = measure.nasty(nasty(), clock)
    report["adding"] = measure.add_one_by_one(archive, things, count, options.added, clock)
    show_rest(report)
    return report


# --- What is printed ---------------------------------------------------------------------------------------------


def show_build(report: dict) -> None:
    count, build, sizes = report["articles"], report["build"], report["sizes"]
    print(f"{count} articles: {build['articles/s a core']:.0f} articles/s a core written and indexed, with mentions")
    print(
        f"index {sizes['index'] / 2**20:.0f} MB, all that search keeps {sizes['search'] / count:.0f} bytes "
        f"an article, and {sizes['spellings'] / count:.0f} of spellings, for completion and corrections"
    )
    if PEER in sizes:
        seconds = build["seconds of tantivy"]
        rate = f"{count / seconds:.0f} articles/s on one thread, with making them; " if seconds else ""
        print(f"tantivy: {rate}index {sizes[PEER] / 2**20:.0f} MB, ours {sizes['index'] / sizes[PEER]:.2f} times")


def show_head(engines: Iterable[str], clock: str) -> None:
    print(
        f"\n{f'ms ({clock})':18}"
        + "".join(f"{name:>27}" for name in engines)
        + "   ours/tantivy  naive/ours   best 20"
    )
    print(
        " " * 18 + "".join(f"{'p50':>9}{'p95':>9}{'max':>9}" for _engine in engines) + f"{'(p95)':>15}{'(p50)':>12}"
    )


def show_class(name: str, row: dict) -> None:
    line = f"{name:18}"
    for engine in (OURS, PEER, NAIVE):
        if engine in row:
            line += "".join(f"{row[engine].get(f'{part} ms', float('nan')):9.1f}" for part in ("p50", "p95", "max"))
    ours = row[OURS]
    if ours.get("p50 ms"):
        line += f"{ours['p95 ms'] / row[PEER]['p95 ms']:15.2f}" if PEER in row else " " * 15
        line += f"{row[NAIVE]['p50 ms'] / ours['p50 ms']:12.1f}" if row[NAIVE].get("p50 ms") else " " * 12
    if row.get("best 20") is not None:
        line += f"{row['best 20']:10.3f}"
    for engine in (OURS, NAIVE):
        if timeouts := row[engine].get("timeouts"):
            line += f"  ({timeouts} of {engine} broken off)"
    print(line)


def show_rest(report: dict) -> None:
    if report["completion"]:
        print("completion: " + _times(report["completion"]))
    likest, listed = report["related"]["likest"], report["related"]["list"]
    print(f"related articles: {_times(likest)}; as a page lists them: {_times(listed)}")
    adding = report["adding"]
    print(f"adding one article: {_times(adding['article'])}; its mentions: {_times(adding['mentions'])}")
    print(", ".join(f"{what}: {'yes' if adding[what] else 'NO'}" for what in adding if what.endswith("at once")))
    print("nasty queries, ms:")
    for name, milliseconds in sorted(report["nasty"].items(), key=lambda pair: -(pair[1] or float("inf"))):
        print(f"  {name:40}{'broken off' if milliseconds is None else f'{milliseconds:.0f}':>10}")


def _times(figures: dict[str, float]) -> str:
    return ", ".join(f"{name.removesuffix(' ms')} {value:.1f} ms" for name, value in figures.items())


def show_growth(before: dict, after: dict) -> None:
    """How many times longer each class takes than in the report BEFORE, by p95."""
    print(
        f"\np95 from {before['articles']} to {after['articles']} articles, ms ({before['clock']}, {after['clock']})"
    )
    rows = before["classes"] | {"all": before["all"]}
    for name, row in rows.items():
        now = (after["classes"] | {"all": after["all"]}).get(name)
        if now is None:
            continue
        line = f"{name:18}"
        for engine in (OURS, PEER):
            if engine in row and engine in now:
                was, is_now = row[engine]["p95 ms"], now[engine]["p95 ms"]
                line += f"{engine:>10} {was:8.1f} → {is_now:8.1f} ({is_now / was:5.2f} times)"
        print(line)


if __name__ == "__main__":
    main()
