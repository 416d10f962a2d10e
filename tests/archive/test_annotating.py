import pghistory
import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import OperationalError

from archive import annotating
from archive.annotating import annotate, annotate_waiting, wait_anew
from archive.models import Article, NameProposal, UnannotatedArticle
from tests.factories import ArticleFactory


@pytest.fixture
def read(monkeypatch) -> list[int]:
    """The articles that a step was given, in order."""
    seen: list[int] = []
    monkeypatch.setattr(annotating, "STEPS", (lambda articles: seen.extend(article.pk for article in articles),))
    return seen


def tell(done: int, total: int) -> None:
    pass


@pytest.mark.django_db
def test_what_is_new_is_read_once(read):
    article = ArticleFactory()
    assert annotate_waiting(tell) == 1
    assert annotate_waiting(tell) == 0
    assert read == [article.pk]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "waits"),
    [
        ({"body": "<p>نص آخر</p>"}, True),
        ({"title": "عنوان آخر"}, True),
        ({"published_at": None, "date_precision": "unknown"}, True),
        ({"importance": 2}, False),
    ],
)
def test_what_is_changed_is_read_again_where_that_matters(read, change, waits):
    article = ArticleFactory()
    UnannotatedArticle.objects.all().delete()
    Article.objects.filter(pk=article.pk).update(**change)
    assert UnannotatedArticle.objects.filter(article_id=article.pk).exists() is waits


@pytest.mark.django_db
def test_what_was_deleted_meanwhile_is_passed_over(read):
    ArticleFactory().delete()
    assert annotate_waiting(tell) == 1
    assert read == []


@pytest.mark.django_db
def test_an_article_that_a_step_breaks_on_stops_no_other(monkeypatch, read):
    first, broken, last = ArticleFactory.create_batch(3)
    (see,) = annotating.STEPS

    def step(articles):
        if broken in articles:
            raise ValueError("broken")
        see(articles)

    monkeypatch.setattr(annotating, "STEPS", (step,))
    assert annotate_waiting(tell) == 3
    assert read == [first.pk, last.pk]
    assert not UnannotatedArticle.objects.exists()


@pytest.mark.django_db
def test_while_the_database_fails_articles_go_on_waiting(monkeypatch):
    ArticleFactory()

    def fail(articles):
        raise OperationalError("gone")

    monkeypatch.setattr(annotating, "STEPS", (fail,))
    with pytest.raises(OperationalError, match="gone"):
        annotate_waiting(tell)
    assert UnannotatedArticle.objects.count() == 1


@pytest.mark.django_db
def test_a_worker_that_is_going_leaves_the_rest(read):
    ArticleFactory()
    assert annotate_waiting(tell, stopping=lambda: True) == 0
    assert UnannotatedArticle.objects.count() == 1


@pytest.mark.django_db
def test_all_can_be_read_anew(read):
    ArticleFactory.create_batch(3)
    call_command("annotate_articles", verbosity=0)
    call_command("annotate_articles", "--all", verbosity=0)
    assert len(read) == 6
    assert wait_anew() == 3
    annotate(Article.objects.values_list("pk", flat=True)[:1])
    assert len(read) == 7


@pytest.mark.django_db
def test_what_an_editor_changed_is_read_first_and_what_is_new_last(monkeypatch, read):
    monkeypatch.setattr(annotating, "ROWS_PER_CLAIM", 1)
    new, changed, edited = ArticleFactory.create_batch(3)
    Article.objects.filter(pk=changed.pk).update(title="عنوان آخر")
    with pghistory.context(user=get_user_model().objects.create_user("هالة").pk):
        Article.objects.filter(pk=edited.pk).update(title="عنوان ثالث")
    annotate_waiting(tell)
    assert read == [edited.pk, changed.pk, new.pk, changed.pk, edited.pk]


@pytest.mark.django_db
def test_a_new_text_takes_what_nobody_decided_about_with_it():
    article = ArticleFactory(body="<p>قال زيد وعمرو</p>")
    editor = get_user_model().objects.create_user("هالة")
    values = {"article": article, "kind": "person", "reason": "unknown", "confidence": 0.5}
    NameProposal.objects.create(name="زيد", start=4, end=7, **values)
    decided = NameProposal.objects.create(name="عمرو", start=9, end=13, state="rejected", decided_by=editor, **values)
    Article.objects.filter(pk=article.pk).update(body="<p>نص آخر</p>")
    assert list(NameProposal.objects.values_list("pk", "start", "end", "key")) == [(decided.pk, None, None, "عمرو")]
