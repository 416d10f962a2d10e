"""Ask the product, tantivy and the naive design the same questions in turn, and see what writing costs."""

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from statistics import fmean

from django.db import OperationalError, connection, transaction
from django.db.models import Max
from django.utils import timezone

from archive.asking import answer
from archive.models import Article, Entity, Mention, Section
from archive.relations import related
from archive.search import compiler, engine
from archive.search.conditions import Condition
from archive.search.engine import SearchRequest, SearchResults, Sort, search_articles
from archive.search.filters import SearchFilters
from archive.search.limits import SearchTimeoutError, time_limit
from archive.search.portraits import portrait
from archive.search.ranking import rank, weigh
from archive.search.related import alike
from bench import naive
from bench.build import Things
from bench.figures import Clock, processor_clock, progress, times
from bench.questions import Operator, Question
from bench.synthetic import SyntheticArchive

PAGE = 20
NASTY_TIMEOUT_SECONDS = 60
CHECKED_ARTICLES = 20
"""So many of the added articles are searched for, changed and withdrawn."""

Ask = Callable[[Question], int | None]


class Sijill:
    """The search page's engine, as a reader's request calls it."""

    def __init__(self, things: Things) -> None:
        self._sections = [Section.objects.get(pk=pk) for pk in things.sections]
        self._entity_ids = things.entities

    def page(self, question: Question) -> SearchResults:
        with time_limit():
            return search_articles(
                SearchRequest(
                    text=question.text,
                    filters=self.filters(question),
                    sort=Sort.NEWEST if question.newest else Sort.RELEVANCE,
                    page=question.page,
                    page_size=PAGE,
                )
            )

    def ask(self, question: Question) -> int | None:
        try:
            return self.page(question).total
        except SearchTimeoutError:
            return None

    def filters(self, question: Question) -> SearchFilters:
        first, last = question.days or (None, None)
        return SearchFilters(
            section=None if question.section is None else self._sections[question.section],
            entity=None if question.entity is None else Entity(pk=self._entity_ids[question.entity]),
            date_from=first,
            date_to=last,
        )

    def overlap(self, question: Question) -> float:
        """The share of the best that there are, all matches scored, among those found; equals are as good."""
        search = answer(engine._Search.of(question.text, self.filters(question)))
        terms = weigh(search.query.words, search.query.other_words, search.statistics)
        best: list[tuple[bool, float]] = []
        for condition, matches_all in (
            (search.all, True),
            (search.scope & compiler.some_parts(search.query), False),
        ):
            if len(best) < PAGE and (matches_all or search.query.has_degrees):
                ranked = rank(_matching(condition), terms, search.statistics, limit=PAGE - len(best))
                best += [(matches_all, one.score) for one in ranked]
        if not best:
            return 1.0
        _all, worst_score = worst = best[-1]
        try:
            page = self.page(question)
        except SearchTimeoutError:
            return 0.0
        good = [one for one in page.articles if (one.matches_all, one.score + 1e-6 * abs(worst_score)) >= worst]
        return min(len(good), len(best)) / len(best)


def _matching(condition: Condition) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT entry.article_id FROM archive_articlesearch AS entry {condition.where}", condition.where_params
        )
        return [pk for (pk,) in cursor.fetchall()]


class Tantivy:
    """tantivy's answers: the best twenty ids, the total, and the same facets by its aggregations."""

    FACETS = ("section", "source", "year", "entity")

    def __init__(self, folder: Path, archive: SyntheticArchive, count: int) -> None:
        from bench.tantivy_index import TantivyIndex

        self.index = TantivyIndex(folder, numbers=("section", "source", "year", "second"), lists=("entity",))
        self.seconds: float | None = None
        if self.index.count < count:
            clock = processor_clock()
            started = clock()
            self.index.add(_documents(archive, self.index.count, count))
            self.seconds = clock() - started

    def ask(self, question: Question) -> int:
        if question.operator is Operator.PHRASE:
            query = f'+"{" ".join(question.words)}"'
        else:
            query = f"+({' '.join(question.words)})"
        for name in ("section", "entity", "year"):
            if (value := getattr(question, name)) is not None:
                query += f" +{name}:{value}"
        self.index.search(
            query, PAGE, offset=(question.page - 1) * PAGE, newest_by="second" if question.newest else None
        )
        return self.index.count_and_divide(query, self.FACETS)[0]


def _documents(archive: SyntheticArchive, first: int, count: int):
    for number in range(first, count):
        if number % 1000 == 0:
            progress(number, count, "documents of tantivy's")
        article = archive.article(number)
        yield {
            "id": number,
            "text": "\n".join((article.title, article.summary, *article.paragraphs)),
            "section": article.section,
            "source": article.source,
            "year": article.published_at.year,
            "second": int(article.published_at.timestamp()),
            "entity": list(article.entities),
        }


def ask_in_turn(
    engines: dict[str, Ask], questions: Sequence[Question], clock: Clock, *, rounds: int, naive_questions: int
) -> dict[str, dict]:
    """p50, p95 and maximum of each engine in milliseconds; the naive design is asked fewer questions, once."""
    taken: dict[str, list[float]] = {name: [] for name in engines}
    unfinished = dict.fromkeys(engines, 0)
    for turn in range(rounds):
        for number, question in enumerate(questions):
            for name, ask in engines.items():
                if name == "naive" and (turn > 0 or number >= naive_questions):
                    continue
                started = clock()
                answer = ask(question)
                taken[name].append((clock() - started) * 1000)
                unfinished[name] += answer is None
            progress(turn * len(questions) + number + 1, rounds * len(questions), "questions")
    return {name: times(taken[name]) | {"all": taken[name], "timeouts": unfinished[name]} for name in engines}


def overlap(sijill: Sijill, questions: Sequence[Question]) -> float | None:
    """The mean over QUESTIONS that are answered by relevance, on their first page."""
    ranked = [question for question in questions if not question.newest and question.page == 1]
    return fmean(map(sijill.overlap, ranked)) if ranked else None


def nasty(queries: dict[str, str], clock: Clock) -> dict[str, float | None]:
    """Milliseconds of each of QUERIES, the worse of two; None for one that was broken off."""
    return {name: _nasty(text, clock) for name, text in queries.items()}


def _nasty(text: str, clock: Clock) -> float | None:
    taken = []
    for _turn in range(2):
        started = clock()
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{NASTY_TIMEOUT_SECONDS}s"])
                search_articles(SearchRequest(text=text))
        except OperationalError:
            return None
        taken.append((clock() - started) * 1000)
    return max(taken)


def complete(beginnings: Sequence[str], clock: Clock) -> dict[str, float] | None:
    """The times of completing BEGINNINGS; None where the product has no completion."""
    if not find_spec("archive.search.suggest"):
        return None
    from archive.search.suggest import suggest

    taken = []
    for beginning in beginnings:
        started = clock()
        suggest(beginning)
        taken.append((clock() - started) * 1000)
    return times(taken)


def find_related(count: int, clock: Clock) -> dict[str, dict[str, float]]:
    """The times of finding what is likest to each of COUNT articles of all ages, and of the list on its page."""
    last = Article.objects.aggregate(last=Max("pk"))["last"]
    likest, listed = [], []
    for article in Article.objects.filter(pk__in=range(1, last + 1, max(1, last // count))):
        started = clock()
        likest_ids(article.pk)
        between = clock()
        related(article)
        likest.append((between - started) * 1000)
        listed.append((clock() - between) * 1000)
    return {"likest": times(likest), "list": times(listed)}


def likest_ids(article_id: int) -> list[int]:
    """Published articles like that one, the likest first."""
    with time_limit():
        found = alike(portrait(article_id), Condition.of("entry.visible_from <= %s", timezone.now()))
    return [one.article_id for one in found]


def add_one_by_one(archive: SyntheticArchive, things: Things, first: int, count: int, clock: Clock) -> dict:
    """The milliseconds of writing each of COUNT more articles through the ORM, and of its mentions.

    Some are searched for at once, changed, and withdrawn. In the end all are gone again.
    """
    article_times, mention_times, added = [], [], []
    seen = changed = withdrawn = True
    for number in range(first, first + count):
        synthetic = archive.article(number)
        word = _unheard_of(number)
        started = clock()
        article = Article.objects.create(
            title=f"{synthetic.title} {word}",
            summary=synthetic.summary,
            body=synthetic.body,
            section_id=things.sections[synthetic.section],
            source_id=things.sources[synthetic.source],
            published_at=synthetic.published_at,
            status=Article.Status.PUBLISHED,
        )
        article_times.append((clock() - started) * 1000)
        started = clock()
        Mention.objects.bulk_create(
            Mention(article=article, entity_id=things.entities[entity]) for entity in synthetic.entities
        )
        mention_times.append((clock() - started) * 1000)
        added.append(article.pk)
        if len(added) <= CHECKED_ARTICLES:
            seen &= _found(word) == [article.pk]
            article.title = f"{synthetic.title} {word[::-1]}"
            article.save()
            changed &= _found(word) == [] and _found(word[::-1]) == [article.pk]
            article.status = Article.Status.WITHDRAWN
            article.save()
            withdrawn &= _found(word[::-1]) == []
        progress(len(added), count, "articles added one by one")
    Article.objects.filter(pk__in=added).delete()
    return {
        "article": times(article_times),
        "mentions": times(mention_times),
        "seen at once": seen,
        "changed at once": changed,
        "withdrawn at once": withdrawn,
    }


def _unheard_of(number: int) -> str:
    """A word that no article has."""
    return "غخ" + "".join("بتثجحخدذرز"[int(digit)] for digit in str(number)) + "ضظ"


def _found(word: str) -> list[int]:
    return [article.pk for article in search_articles(SearchRequest(text=word)).articles]


def naive_engine(things: Things) -> Ask:
    return lambda question: naive.ask(question, things.sections, things.entities)
