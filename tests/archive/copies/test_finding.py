import time
from threading import Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone

from archive.copies import finding
from archive.copies.finding import find_all_copies, find_copies, find_missed_copies, remember, shingled
from archive.copies.likeness import likeness
from archive.models import Article, ArticleCopy, ArticleShingle, CopyGroup, ImportEntry, ImportRun
from tests.archive.copies.texts import cut, text, vowelled, weather, with_other_lead
from tests.archive.locks import somebody_waits
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db


def article(body: str, **more) -> Article:
    return ArticleFactory(body="\n".join(f"<p>{line}</p>" for line in body.split("\n")), **more)


def found(*articles: Article) -> list[set[int]]:
    """Look for copies of ARTICLES; return the groups, as numbers of places in ARTICLES."""
    find_copies([one.pk for one in articles])
    places = {one.pk: place for place, one in enumerate(articles)}
    return [
        {places[pk] for pk in group.copies.filter(refused=False).values_list("article", flat=True)}
        for group in CopyGroup.objects.all()
    ]


def test_copies_stand_in_one_group_whether_they_come_together_or_one_by_one(db):
    originals = [article(text(seed)) for seed in range(6)]
    find_copies([one.pk for one in originals])
    copies = [article(change(text(seed))) for seed, change in enumerate([vowelled, with_other_lead, cut])]
    weathers = [article(weather(seed)) for seed in range(3)]
    find_copies([one.pk for one in weathers])
    assert found(*originals, *copies) == [{0, 6}, {1, 7}, {2, 8}]

    one_by_one = article(text(1))
    find_copies([one_by_one.pk])
    assert set(CopyGroup.objects.all()[1].copies.values_list("article", flat=True)) == {
        originals[1].pk,
        copies[1].pk,
        one_by_one.pk,
    }


def test_again_it_finds_the_same():
    articles = [article(text(1)), article(vowelled(text(1))), article(text(2))]
    assert found(*articles) == [{0, 1}]
    before = list(ArticleCopy.objects.values_list("pk", "group", "article", "likeness"))
    keys = list(ArticleShingle.objects.order_by("pk").values_list("key", "article"))
    assert found(*articles) == [{0, 1}]
    assert list(ArticleCopy.objects.values_list("pk", "group", "article", "likeness")) == before
    assert list(ArticleShingle.objects.order_by("pk").values_list("key", "article")) == keys


def test_a_text_that_is_no_copy_any_more_leaves_its_group():
    one, other, _third = articles = [article(text(1)), article(text(1)), article(text(1))]
    assert found(*articles) == [{0, 1, 2}]
    one.body = text(2)
    one.save()
    assert found(*articles) == [{1, 2}]
    other.body = text(3)
    other.save()
    assert found(*articles) == []


def test_two_groups_with_nothing_in_common_are_not_joined_by_a_text_that_holds_both():
    first, second = text(1, 12), text(2, 12)
    parts = [article(first), article(first), article(second), article(second)]
    assert found(*parts) == [{0, 1}, {2, 3}]
    assert found(*parts, article(f"{first}\n{second}")) == [{0, 1, 4}, {2, 3}]


def test_texts_of_which_each_is_like_the_next_are_not_strung_together():
    lines = text(1, 40).split("\n")
    windows = [article("\n".join(lines[start : start + 12])) for start in range(0, 24, 4)]
    assert found(*windows) == [{0, 1, 2}, {3, 4, 5}]
    find_all_copies(lambda done, total: None, restart=True)
    assert found(*windows) == [{0, 1, 2}, {3, 4, 5}]


def test_what_an_editor_has_parted_stays_so():
    one, other, third = articles = [article(text(1)) for _number in range(3)]
    assert found(*articles) == [{0, 1, 2}]
    ArticleCopy.objects.filter(article=other).update(refused=True)
    assert found(*articles) == [{0, 2}]
    # Also when what they were parted in is gone, whoever comes.
    ArticleCopy.objects.filter(article=third).delete()
    third.delete()
    find_copies([one.pk])
    assert found(one, other) == [{0}]
    fourth = article(text(1))
    assert found(one, other, fourth) == [{0, 2}]


def test_groups_are_not_joined_over_what_an_editor_refused():
    first, second = text(1, 12), text(2, 12)
    parts = [article(first), article(first), article(second), article(second)]
    assert found(*parts) == [{0, 1}, {2, 3}]
    ArticleCopy.objects.create(group=CopyGroup.objects.first(), article=parts[2], refused=True)
    find_copies([article(f"{first}\n{second}").pk])
    assert CopyGroup.objects.count() == 2


def test_what_every_page_carries_leads_to_a_few_of_them_only(monkeypatch):
    compared = []

    def counted(one, other):
        compared.append(one)
        return likeness(one, other)

    monkeypatch.setattr(finding, "MAX_ARTICLES_OF_KEY", 3)
    monkeypatch.setattr(finding, "MAX_COMPARED", 3)
    monkeypatch.setattr(finding, "likeness", counted)
    carried = text(9, 3)
    articles = [article(f"{text(seed, 8)}\n{carried}") for seed in range(10, 30)]
    assert found(*articles) == []
    assert 0 < len(compared) <= 3 * 20
    # The keys of its own lead to what a text is a copy of, however old that is.
    assert found(*articles, article(vowelled(text(15, 8)))) == [{5, 20}]


def test_an_article_goes_with_its_keys():
    one, other = articles = [article(text(1)), article(text(1))]
    assert found(*articles) == [{0, 1}]
    pk = one.pk
    one.delete()
    assert not ArticleShingle.objects.filter(article_id=pk).exists()
    assert [copy.article for copy in ArticleCopy.objects.all()] == [other]


def test_the_whole_archive_is_gone_through_once_and_goes_on_where_it_was(monkeypatch):
    monkeypatch.setattr(finding, "BATCH_SIZE", 2)
    articles = [article(text(seed % 3)) for seed in range(7)] + [ArticleFactory(body="قصير")]
    told = []

    def killed(done, total):
        told.append((done, total))
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        find_all_copies(killed)
    find_all_copies(lambda done, total: told.append((done, total)))
    assert told == [(0, 8), (2, 8), (4, 8), (0, 4), (2, 4), (4, 4)]
    assert found(*articles) == [{0, 3, 6}, {1, 4}, {2, 5}]
    told.clear()
    find_all_copies(lambda done, total: told.append((done, total)))
    assert told == [(0, 0)]
    find_all_copies(lambda done, total: told.append((done, total)), restart=True)
    assert told[-1] == (8, 8)


def test_what_imports_side_by_side_did_not_see_of_each_other_is_found_by_the_last():
    runs = [ImportRun.objects.create(started_at=timezone.now(), seen_at=timezone.now()) for _ in range(2)]
    articles = [article(text(1)), article(text(2)), article(text(3)), article(vowelled(text(2)))]
    for place, one in enumerate(articles):
        ImportEntry.objects.create(run=runs[place == 3], article=one, outcome="created", origin=str(place))
    remember(shingled([one.pk for one in articles]))
    find_missed_copies(runs[0])
    assert [set(group.copies.values_list("article", flat=True)) for group in CopyGroup.objects.all()] == [
        {articles[1].pk, articles[3].pk}
    ]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_put_an_article_into_one_group():
    original, one, other = article(text(1)), article(vowelled(text(1))), article(cut(text(1)))
    remember(shingled([original.pk]))
    problems = []

    def find_other():
        try:
            find_copies([other.pk])
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    beside = Thread(target=find_other)
    with transaction.atomic():
        find_copies([one.pk])
        beside.start()
        while beside.is_alive() and not somebody_waits():
            time.sleep(0.01)
    beside.join()
    assert problems == []
    assert [set(group.copies.values_list("article", flat=True)) for group in CopyGroup.objects.all()] == [
        {original.pk, one.pk, other.pk}
    ]


@pytest.mark.django_db(transaction=True)
def test_a_trial_keeps_nobody_from_the_groups():
    tried, copied, one, other = (article(body) for body in (text(1), vowelled(text(1)), text(2), vowelled(text(2))))
    beside = Thread(target=lambda: (find_copies([one.pk, other.pk]), connection.close()))
    with transaction.atomic():
        find_copies([tried.pk, copied.pk], is_trial=True)
        beside.start()
        while beside.is_alive() and not somebody_waits():
            time.sleep(0.01)
        assert not somebody_waits()
        transaction.set_rollback(True)
    beside.join()
    assert set(ArticleCopy.objects.values_list("article", flat=True)) == {one.pk, other.pk}
