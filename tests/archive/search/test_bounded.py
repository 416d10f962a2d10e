"""No page reads a whole table of the search: each question has a key to look for, or ends after some rows.

So it stays where rows are shared out by their key over several machines, and where there are millions (docs/scaling.md).
The planner tells, of every statement that any address of the site makes. It is told to read no table from end to end
where there is any other way: what it still reads so has none.
"""

import re
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.archive.test_visibility import addresses, newsroom  # noqa: F401 - the fixture

pytestmark = pytest.mark.django_db

TABLES = (
    *("archive_articlesearch", "archive_articleshingle"),
    *("archive_searchterm", "archive_searchword", "archive_searchname", "archive_nameword"),
)
BEFORE = re.compile(r"^SET LOCAL [^;]*; SET LOCAL [^;]*; ")
"""What a search says before its first question."""

PASSED_ON = ("Nested Loop", "Subquery Scan", "Append", "Merge Append", "Result", "Unique", "ProjectSet")
"""What asks for no more rows than it is asked for; all else, such as a sort, takes all there are."""

AS_IF_GROWN = """
    SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;
    SET LOCAL cpu_tuple_cost = 1000; SET LOCAL cpu_index_tuple_cost = 1000
"""
"""No way that is the best only for the few rows of a test: what has a key can do without, and each row costs much."""


def unbounded(plan: dict, *, ends: bool = False) -> list[str]:
    """How PLAN reads tables of the search without a key, where nothing above it ENDS after some rows."""
    kind = plan["Node Type"]
    reads = kind.endswith("Scan") and plan.get("Relation Name") in TABLES
    ends = kind == "Limit" or (ends and (reads or kind in PASSED_ON))
    found = [what for part in plan.get("Plans", ()) for what in unbounded(part, ends=ends)]
    if reads and not ends and not has_key(plan):
        found.append(f"{kind} of {plan['Relation Name']}")
    return found


def has_key(plan: dict) -> bool:
    """Whether a scan, or all that a bitmap is made of, looks for something in an index."""
    parts = [part for part in plan.get("Plans", ()) if part["Node Type"].startswith("Bitmap")]
    return all(map(has_key, parts)) if parts else "Index Cond" in plan


def plan_of(sql: str) -> dict:
    with connection.cursor() as cursor:
        cursor.execute(AS_IF_GROWN)
        cursor.execute(f"EXPLAIN (FORMAT json) {sql}")
        return cursor.fetchone()[0][0]["Plan"]


def test_no_address_reads_a_whole_table_of_the_search(newsroom, client):  # noqa: F811
    with CaptureQueriesContext(connection) as captured:
        for walked in addresses(newsroom).values():
            for address in walked:
                client.get(address)
    with connection.cursor() as cursor:  # As autovacuum may have done, or not.
        cursor.execute(f"ANALYZE {', '.join(TABLES)}")
    asked = {BEFORE.sub("", query["sql"]) for query in captured}
    asked = {sql for sql in asked if sql.startswith(("SELECT", "WITH")) and any(table in sql for table in TABLES)}
    assert len(asked) > 100
    found = {f"{what}: {unquote(sql)}" for sql in asked for what in unbounded(plan_of(sql))}
    assert not found, "\n".join(sorted(found))


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("SELECT count(*) FROM archive_articlesearch", True),
        ("SELECT * FROM archive_articlesearch WHERE article_id = 1", False),
        ("SELECT * FROM archive_articlesearch ORDER BY article_id LIMIT 10", False),
        ("SELECT * FROM archive_articlesearch ORDER BY length LIMIT 10", True),
        ("SELECT * FROM archive_searchterm WHERE article_count > 3", True),
    ],
)
def test_planner_tells_what_has_no_key(db, sql, found):
    assert bool(unbounded(plan_of(sql))) is found
