"""How well copies of an article are found, and what looking for them costs as the archive grows.

    bench/copies --jsonl FILE… --planted 500 --grow 1000 10000 100000

The articles of FILE (JSON Lines, plain or gzipped, with a `body`) are written into an empty archive, and the copies
that are among them by nature are found. Then copies are planted: of PLANTED articles one each with tashkeel, with the
lead of another article, with its end cut off, and with the lines of a site around it; and forms are written that are
no copies of each other: the weather, prices, the times of prayer, each with other numbers; and notes too short to be
copies. RECALL is how many of those planted stand in a group with their original. PRECISION is how many of the
articles that stand in one group with a planted copy belong there: its original, what was a copy of that by nature, or
was planted from it.

With --grow the archive then grows from nothing to each size, by the same articles in other words, and the cost of the
last 1,000 is told.
"""

import argparse
import gzip
import json
import random
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bench.database import database
from bench.figures import processor_clock, progress

SEED = 1438
MIN_PLANTED_WORDS = 60
BATCH = 200
LAST = 1000
FORMS = 100
TASHKEEL = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"
SITE = (
    "اشترك في نشرتنا البريدية ليصلك كل جديد من الأخبار والتقارير والتحليلات في صباح كل يوم من أيام الأسبوع.",
    "تابعونا على مواقع التواصل الاجتماعي وحملوا تطبيق الصحيفة على هواتفكم. جميع الحقوق محفوظة لموقع الصحيفة.",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jsonl", type=Path, nargs="+", required=True, metavar="FILE")
    parser.add_argument("--articles", type=int, default=5000, help="how many of them (5,000)")
    parser.add_argument("--planted", type=int, default=500, help="of how many articles copies are planted (500)")
    parser.add_argument("--grow", type=int, nargs="*", default=[], metavar="COUNT", help="sizes whose cost is told")
    options = parser.parse_args()
    bodies = list(read_bodies(options.jsonl))
    with database():
        quality(bodies[: options.articles], options.planted)
        if options.grow:
            empty()
            growth(bodies, sorted(options.grow))


def read_bodies(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                body = json.loads(line).get("body") or ""
                if body.strip():
                    yield body


# --- Quality ---


def quality(bodies: Sequence[str], planted: int) -> None:
    from archive.models import ArticleCopy

    maker = random.Random(SEED)
    ids = write(bodies)
    look(ids)
    natural = groups()
    long = [place for place, body in enumerate(bodies) if len(body.split()) >= MIN_PLANTED_WORDS]
    chosen = maker.sample(long, min(planted, len(long)))
    kinds = {
        "tashkeel": lambda body: vowelled(body, maker),
        "other lead": lambda body: with_lead_of(body, bodies[maker.choice(long)]),
        "end cut": lambda body: " ".join(body.split(" ")[: int(len(body.split(" ")) * 0.6)]),
        "site around": lambda body: "\n".join([SITE[0], body, SITE[1]]),
    }
    copies = {kind: write([change(bodies[place]) for place in chosen]) for kind, change in kinds.items()}
    forms = write([form(number, maker) for number in range(FORMS) for form in (weather, prices, prayers)])
    short = write([" ".join(bodies[place].split()[:20]) for place in chosen] * 2)
    look([*(pk for found in copies.values() for pk in found), *forms, *short])

    group_of = dict(ArticleCopy.objects.values_list("article", "group"))
    members = groups()
    family = {pk: min(natural.get(pk, {pk})) for pk in ids}
    origin = {pk: ids[place] for found in copies.values() for pk, place in zip(found, chosen, strict=True)}
    for pk, original in origin.items():
        family[pk] = family[original]
    for kind, found in copies.items():
        hits = sum(group_of.get(pk) is not None and group_of.get(pk) == group_of.get(origin[pk]) for pk in found)
        print(f"recall, {kind}: {hits / len(found):.3f}")
    all_copies = [pk for found in copies.values() for pk in found]
    hits = sum(group_of.get(pk) is not None and group_of.get(pk) == group_of.get(origin[pk]) for pk in all_copies)
    print(f"recall of {len(all_copies)} planted copies: {hits / len(all_copies):.3f}")
    right = wrong = 0
    for pk in all_copies:
        for other in members.get(pk, {pk}) - {pk}:
            right, wrong = (right + 1, wrong) if family.get(other) == family[pk] else (right, wrong + 1)
    linked_forms = sum(len(members.get(pk, {pk})) - 1 for pk in (*forms, *short))
    print(f"precision of {right + wrong} pairs: {right / max(right + wrong, 1):.3f}")
    print(f"pairs of {len(forms)} forms and {len(short)} short notes: {linked_forms}")
    print(f"copies by nature: {len(natural)} of {len(ids)} articles")


def groups() -> dict[int, set[int]]:
    """The articles that stand in a group, each with all of its group."""
    from archive.models import ArticleCopy

    by_group = defaultdict(set)
    for article_id, group_id in ArticleCopy.objects.values_list("article", "group"):
        by_group[group_id].add(article_id)
    return {pk: group for group in by_group.values() for pk in group}


def vowelled(body: str, maker: random.Random) -> str:
    return "".join(
        letter + (maker.choice(TASHKEEL) if "ء" <= letter <= "ي" and maker.random() < 0.6 else "") for letter in body
    )


def with_lead_of(body: str, other: str) -> str:
    """BODY with its first quarter, up to forty words, in place of which OTHER begins."""
    words = body.split(" ")
    count = min(len(words) // 4, 40)
    return " ".join([*other.split(" ")[:count], *words[count:]])


def weather(number: int, maker: random.Random) -> str:
    cities = ("الرياض", "جدة", "مكة المكرمة", "المدينة المنورة", "الدمام", "أبها", "تبوك", "حائل", "جازان", "نجران")
    lines = [
        f"تتوقع هيئة الأرصاد اليوم طقسا مستقرا على معظم المناطق مع رياح سرعتها {maker.randrange(5, 45)} كيلومترا."
    ]
    lines += [
        f"درجة الحرارة العظمى في {city} {maker.randrange(15, 48)} درجة مئوية والصغرى {maker.randrange(2, 30)} درجة."
        for city in cities
    ]
    return "\n".join(lines)


def prices(number: int, maker: random.Random) -> str:
    metals = ("عيار 24", "عيار 22", "عيار 21", "عيار 18", "الأونصة", "الجنيه الذهب")
    lines = ["استقرت أسعار الذهب في محلات الصاغة خلال تعاملات اليوم بحسب ما أعلنت شعبة الذهب في الغرفة التجارية."]
    lines += [
        f"وسجل سعر {metal} نحو {maker.randrange(100, 9999)} للبيع و{maker.randrange(100, 9999)} للشراء."
        for metal in metals
    ]
    return "\n".join(lines)


def prayers(number: int, maker: random.Random) -> str:
    times = ("الفجر", "الشروق", "الظهر", "العصر", "المغرب", "العشاء")
    lines = [
        f"مواقيت الصلاة في مكة المكرمة وضواحيها ليوم {maker.randrange(1, 30)} من الشهر الجاري بحسب تقويم أم القرى:"
    ]
    lines += [
        f"وقت صلاة {name} الساعة {maker.randrange(1, 12)}:{maker.randrange(10, 59)} بالتوقيت المحلي."
        for name in times
    ]
    return "\n".join(lines)


# --- Growth ---


def growth(bodies: Sequence[str], sizes: Sequence[int]) -> None:
    clock = processor_clock()
    written = 0
    for size in sizes:
        while written < size - LAST:
            count = min(BATCH * 5, size - LAST - written)
            look(write(in_other_words(bodies, written, count)))
            written += count
            progress(written, size - LAST, "articles")
        ids = write(in_other_words(bodies, written, LAST))
        written += LAST
        began, began_wall = clock(), time.perf_counter()
        look(ids)
        cost, wall = clock() - began, time.perf_counter() - began_wall
        print(
            f"{size} articles: {cost / LAST * 1000:.2f} ms of processor time an article, {wall / LAST * 1000:.2f} ms"
        )


def empty() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE archive_article, archive_copygroup CASCADE")


def in_other_words(bodies: Sequence[str], first: int, count: int) -> list[str]:
    """COUNT of the articles from the FIRST on, over and over: every sixth word is another in each round."""
    changed = []
    for number in range(first, first + count):
        turn, place = divmod(number, len(bodies))
        words = bodies[place].split()
        if turn:
            words[::6] = [f"{word}{'ابتثجحخد'[turn % 8]}{turn}" for word in words[::6]]
        changed.append(" ".join(words))
    return changed


def write(bodies: Sequence[str]) -> list[int]:
    """Articles of BODIES, without what search keeps of them: only what copies cost is measured."""
    from django.db import connection

    from archive.models import Article, Source
    from archive.text.html import paragraphs_html

    source, _made = Source.objects.get_or_create(slug="bench", defaults={"name": "bench"})
    ids: list[int] = []
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE archive_article DISABLE TRIGGER USER")
    for start in range(0, len(bodies), BATCH):
        made = Article.objects.bulk_create(
            Article(title="خبر", body=paragraphs_html(body.split("\n")), source=source, date_precision="unknown")
            for body in bodies[start : start + BATCH]
        )
        ids += [article.pk for article in made]
    return ids


def look(ids: Sequence[int]) -> None:
    from archive.copies.finding import find_copies

    for start in range(0, len(ids), BATCH):
        find_copies(ids[start : start + BATCH])


if __name__ == "__main__":
    main()
