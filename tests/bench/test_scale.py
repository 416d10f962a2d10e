import json
from argparse import Namespace
from itertools import product

import pytest

from archive.models import Article, ArticleSearch, Mention
from archive.text.html import plain_text
from bench.questions import Operator, Question, Sample, completions, questions
from bench.scale import run, show_growth
from bench.synthetic import SyntheticArchive

ARTICLES = 60
OPTIONS = Namespace(
    articles=ARTICLES, processes=1, questions=2, rounds=1, naive_questions=1, exact=1, added=2, clock="wall"
)


@pytest.fixture(scope="module")
def archive() -> SyntheticArchive:
    """Of invented words, the first a thousand times as frequent as the last."""
    words = map("".join, product("بتجحدرسعفقكلمنه", repeat=3))
    return SyntheticArchive({word: 1 / (rank + 3) for rank, word in enumerate(words)}, entities=50)


def test_articles_are_the_same_in_every_run_and_differ(archive):
    assert archive.article(7) == archive.article(7)
    assert archive.article(7).title != archive.article(8).title


def test_articles_are_as_long_as_news(archive):
    lengths = [len(archive.article(number).words) for number in range(200)]

    assert 230 <= sum(lengths) / len(lengths) <= 270
    assert 6 <= len(archive.article(0).title.split()) <= 9


def test_questions_have_answers(archive):
    sample = Sample(archive, 100)
    asked = questions(sample, 3)

    for name in ("1%", "10-30%", "two words", "phrase", "section", "year", "entity", "newest", "page 50"):
        assert len(asked[name]) == 3, name
    for question in asked["phrase"]:
        assert any(" ".join(question.words) in "\n".join(article.paragraphs) for article in sample.articles)
    assert asked == questions(Sample(archive, 100), 3)
    assert len(completions(sample, archive.names, 6)) == 6


def test_questions_as_a_reader_types_them():
    assert Question(("ماء", "نار"), Operator.ANY).text == "ماء OR نار"
    assert Question(("ماء", "نار"), Operator.PHRASE).text == '"ماء نار"'
    assert Question(("ماء", "نار")).text == "ماء نار"


@pytest.mark.django_db
def test_a_small_run(archive, capsys):
    report = run(archive, OPTIONS, tantivy_folder=None)

    assert Article.objects.count() == ArticleSearch.objects.count() == ARTICLES
    article = Article.objects.get(pk=8)
    assert article.text == plain_text(archive.article(7).body)
    assert Mention.objects.filter(article=article).count() == len(archive.article(7).entities)
    assert report["classes"]["two words"]["best 20"] == 1
    assert report["classes"]["10-30%"]["naive"]["timeouts"] == 0
    assert [report["adding"][f"{what} at once"] for what in ("seen", "changed", "withdrawn")] == [True] * 3
    assert None not in report["nasty"].values()

    written = Article.objects.values_list("created_at", flat=True).order_by("pk")
    before = list(written)
    again = run(archive, OPTIONS, tantivy_folder=None)
    assert list(written) == before
    show_growth(json.loads(json.dumps(report)), again)
    assert f"p95 from {ARTICLES} to {ARTICLES} articles" in capsys.readouterr().out
