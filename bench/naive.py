"""The naive design, to compare with: a tsvector with GIN, ts_rank over all matches, exact count, GROUP BY for facets.

Its vectors hold the product's stems. It makes no snippets and counts no entities.
"""

from collections.abc import Sequence

from django.db import OperationalError, connection, transaction

from archive.models import Article
from archive.text.tokenize import stems
from bench.questions import Operator, Question
from bench.synthetic import SyntheticArticle

TIMEOUT_SECONDS = 20
PAGE = 20

TABLE = """
CREATE TABLE IF NOT EXISTS bench_naive (
    id bigint PRIMARY KEY, section_id bigint, source_id bigint, published_at timestamptz, vector tsvector)
"""
FACETS = ("section_id", "source_id", "extract(year FROM published_at)")


def drop_indexes() -> None:
    """So that more rows are quickly written."""
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS bench_naive_vector, bench_naive_published")


def index() -> None:
    drop_indexes()
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX bench_naive_vector ON bench_naive USING gin (vector)")
        cursor.execute("CREATE INDEX bench_naive_published ON bench_naive (published_at DESC, id DESC)")
        cursor.execute("ANALYZE bench_naive")


def is_indexed() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('bench_naive_published') IS NOT NULL")
        return cursor.fetchone()[0]


def write(articles: Sequence[Article], made: Sequence[SyntheticArticle]) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY bench_naive (id, section_id, source_id, published_at, vector) FROM STDIN") as copy,
    ):
        for article, synthetic in zip(articles, made, strict=True):
            places = enumerate(stems(" ".join(synthetic.words)), 1)
            vector = " ".join(f"'{stem}':{place}" for place, stem in places)
            copy.write_row((article.pk, article.section_id, article.source_id, article.published_at, vector))


def ask(question: Question, section_ids: Sequence[int], entity_ids: Sequence[int]) -> int | None:
    """The total of QUESTION, after a whole page was made of it; None when it took too long."""
    joint = " <-> " if question.operator is Operator.PHRASE else " | "
    tsquery = joint.join(f"'{stem}'" for word in question.words for stem in stems(word))
    where, params = "vector @@ %s::tsquery", [tsquery]
    if question.section is not None:
        where += " AND section_id = %s"
        params.append(section_ids[question.section])
    if question.days:
        where += " AND published_at >= %s AND published_at < %s::date + 1"
        params += question.days
    if question.entity is not None:
        where += " AND id IN (SELECT article_id FROM archive_mention WHERE entity_id = %s)"
        params.append(entity_ids[question.entity])
    order, order_params = ("ts_rank(vector, %s::tsquery, 1) DESC, published_at DESC", [tsquery])
    if question.newest:
        order, order_params = "published_at DESC, id DESC", []
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{TIMEOUT_SECONDS}s"])
            cursor.execute(
                f"SELECT id FROM bench_naive WHERE {where} ORDER BY {order} LIMIT {PAGE} OFFSET %s",
                [*params, *order_params, (question.page - 1) * PAGE],
            )
            cursor.fetchall()
            cursor.execute(f"SELECT count(*) FROM bench_naive WHERE {where}", params)
            (total,) = cursor.fetchone()
            for facet in FACETS:
                cursor.execute(f"SELECT {facet}, count(*) FROM bench_naive WHERE {where} GROUP BY 1", params)
                cursor.fetchall()
            return total
    except OperationalError:
        return None
