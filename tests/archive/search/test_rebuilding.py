import pytest
from django.db import connection

from archive.exceptions import RebuildError
from archive.locks import Lock
from archive.models import Article, ArticleSearch, SearchPin, Synonym
from archive.search import rebuilding
from archive.search.engine import SearchRequest, search_articles
from archive.search.rebuilding import rebuild_search
from archive.sql import statement
from tests.factories import ArticleFactory, MentionFactory, SearchPinFactory, SynonymGroupFactory

pytestmark = pytest.mark.django_db(transaction=True)


class KilledError(Exception):
    pass


def entries():
    return list(ArticleSearch.objects.order_by("pk").values_list())


def titles(text):
    return {article.title for article in search_articles(SearchRequest(text=text)).articles}


def shape():
    """What the table is made of: columns and their storage, indexes, constraints, triggers, options."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT concat_ws(' ', attname, atttypid::regtype, attnotnull, attstorage) FROM pg_attribute
                WHERE attrelid = 'archive_articlesearch'::regclass AND attnum > 0
            UNION ALL SELECT indexdef FROM pg_indexes WHERE tablename = 'archive_articlesearch'
            UNION ALL SELECT concat_ws(' ', conname, pg_get_constraintdef(oid), convalidated) FROM pg_constraint
                WHERE conrelid = 'archive_articlesearch'::regclass AND contype <> 'n'
            UNION ALL SELECT tgname FROM pg_trigger
                WHERE tgrelid = 'archive_articlesearch'::regclass AND NOT tgisinternal
            UNION ALL SELECT array_to_string(reloptions, ',') FROM pg_class WHERE relname LIKE 'archive_articlesearch%'
            UNION ALL SELECT relname FROM pg_class WHERE relname LIKE 'archive_articlesearch%'
            """
        )
        return sorted(str(row) for row in cursor.fetchall())


@pytest.fixture
def changed_analysis():
    """From now on the analysis calls a ship a boat; articles written before do not know."""
    with connection.cursor() as cursor:
        original = statement("arabic_letters_v2")
        start = original.index("-- arabic_spellings_v2(text)")
        spellings = original[start:].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
        cursor.execute(
            spellings.replace("arabic_letters_v2(value),", "replace(arabic_letters_v2(value), 'سفينة', 'قارب'),")
        )
        yield
        cursor.execute(spellings)


def killed_after(batches):
    def progress(done, total):
        if done >= batches * rebuilding.BATCH_SIZE:
            raise KilledError

    return progress


def test_a_rebuild_makes_what_the_triggers_make(monkeypatch):
    monkeypatch.setattr(rebuilding, "BATCH_SIZE", 2)
    for number in range(5):
        MentionFactory(article=ArticleFactory(title=f"السفينة {number}"))
    ArticleFactory(draft=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER another AFTER DELETE ON archive_articlesearch "
            "FOR EACH ROW WHEN (OLD.length > 1000000) EXECUTE FUNCTION mention_search_sync_v2()"
        )
    before, shape_before, told = entries(), shape(), []
    rebuild_search(lambda done, total: told.append((done, total)))

    after = shape()
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER another ON archive_articlesearch")

    assert (entries(), after) == (before, shape_before)
    assert told == [(0, 6), (2, 6), (4, 6), (6, 6)]


def test_readers_find_by_the_new_analysis_once_it_is_done(changed_analysis, monkeypatch):
    monkeypatch.setattr(rebuilding, "BATCH_SIZE", 2)
    for number in range(4):
        ArticleFactory(title=f"سفينة {number}", summary="", body="")
    ArticleSearch.objects.update(vector="'سفين':1A")
    seen = []
    rebuild_search(lambda done, total: seen.append((len(titles("سفينة")), len(titles("قارب")))))

    assert seen == [(4, 0)] * 3
    assert (len(titles("سفينة")), len(titles("قارب"))) == (0, 4)


def test_a_killed_rebuild_goes_on_where_it_was(monkeypatch):
    monkeypatch.setattr(rebuilding, "BATCH_SIZE", 2)
    ArticleFactory.create_batch(6)
    before, shape_before, told = entries(), shape(), []
    with pytest.raises(KilledError):
        rebuild_search(killed_after(2))
    rebuild_search(lambda done, total: told.append((done, total)))

    assert told == [(4, 6), (6, 6)]
    assert (entries(), shape()) == (before, shape_before)


def test_another_analysis_begins_again(monkeypatch, changed_analysis):
    monkeypatch.setattr(rebuilding, "BATCH_SIZE", 2)
    ArticleFactory.create_batch(4)
    with pytest.raises(KilledError):
        rebuild_search(killed_after(1))
    with connection.cursor() as cursor:
        cursor.execute("COMMENT ON TABLE archive_articlesearch_next IS 'another'")
    told = []
    rebuild_search(lambda done, total: told.append((done, total)))

    assert told == [(0, 4), (2, 4), (4, 4)]


def test_what_is_written_meanwhile_is_there_at_the_end(monkeypatch):
    monkeypatch.setattr(rebuilding, "BATCH_SIZE", 2)
    changed, withdrawn, removed, named, *_others = ArticleFactory.create_batch(6, summary="")

    def write(done, total):
        if done == 4:
            Article.objects.filter(pk=changed.pk).update(title="منارة")
            Article.objects.filter(pk=withdrawn.pk).update(status="withdrawn")
            removed.delete()
            MentionFactory(article=named)
            ArticleFactory(title="قلعة")

    rebuild_search(write)
    rebuilt = entries()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE archive_article SET title = title || ' '")
        cursor.execute("UPDATE archive_article SET title = rtrim(title)")

    assert rebuilt == entries()
    assert (titles("منارة"), titles("قلعة"), len(rebuilt)) == ({"منارة"}, {"قلعة"}, 6)


def test_triggers_write_to_the_new_table():
    article = ArticleFactory()
    rebuild_search(lambda done, total: None)
    Article.objects.filter(pk=article.pk).update(title="منارة")
    ArticleFactory(title="قلعة")

    assert (titles("منارة"), titles("قلعة")) == ({"منارة"}, {"قلعة"})


def test_two_at_once_are_one_too_many(monkeypatch):
    monkeypatch.setattr(rebuilding, "ATTEMPTS", 1)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [int(Lock.REBUILDING)])
        with pytest.raises(RebuildError):
            rebuild_search(lambda done, total: None)
    finally:
        other.close()


def test_what_editors_wrote_is_analysed_too():
    SynonymGroupFactory(synonyms=["هدنة", "وقف النار"])
    SearchPinFactory(query="هدنة")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE archive_synonym SET key = 'old ' || id")
        cursor.execute("UPDATE archive_searchpin SET key = 'old ' || id")
    rebuild_search(lambda done, total: None)

    assert list(Synonym.objects.values_list("key", flat=True)) == ["هدن", "وقف نار"]
    assert [pin.key for pin in SearchPin.objects.all()] == ["هدن"]
