from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from archive.entities import adapting, current
from archive.entities.unknown_names import propose_unknown_names
from archive.models import Mention, NameModel, NameProposal
from tests.archive.entities.tagged import filled, tiny_model
from tests.factories import ArticleFactory, EntityFactory, MentionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tagger(monkeypatch):
    monkeypatch.setattr(current, "shipped_model", tiny_model)
    monkeypatch.setattr(adapting, "MIN_DECISIONS", 6)
    current._model.cache_clear()
    yield
    current._model.cache_clear()


def train() -> str:
    output = StringIO()
    call_command("train_names", stdout=output)
    return output.getvalue()


def decide(count: int) -> None:
    """In this archive courts are called by their hall: a kind of name that the tagger has never seen."""
    for number in range(count):
        labelled = filled(
            "وقررت [organisation] أمس تأجيل الجلسة .", organisation=f"قاعة {'ابتثجح'[number % 6] * 3}ون"
        )
        article = ArticleFactory(body=f"<p>{labelled.text}</p>")
        (name,) = labelled.names
        entity = EntityFactory(kind="organisation")
        MentionFactory(
            article=article,
            entity=entity,
            start=name.start,
            end=name.end,
            method=Mention.Method.EDITOR,
            confirmed=True,
        )


def test_too_few_decisions_are_refused_with_their_number():
    decide(2)
    with pytest.raises(CommandError, match=r"اسمين.*6"):
        train()
    assert not NameModel.objects.exists()


def test_a_tagger_learns_the_archives_convention_and_is_used_at_once():
    article = ArticleFactory(body="<p>وقررت قاعة النارنج أمس تأجيل الجلسة .</p>")
    propose_unknown_names([article])
    assert not NameProposal.objects.filter(name="قاعة النارنج").exists()
    decide(15)
    train()
    train()

    propose_unknown_names([article])
    proposal = NameProposal.objects.get(name="قاعة النارنج")
    assert (proposal.kind, proposal.confidence > 0.5) == ("organisation", True)
    assert NameModel.objects.get().decisions == 15


def test_what_is_no_better_is_not_kept():
    for _number in range(10):
        labelled = filled("قال الوزير [person] أمس .", person="سيرين الدالي")
        article = ArticleFactory(body=f"<p>{labelled.text}</p>")
        MentionFactory(article=article, start=11, end=23, confirmed=True)
    train()

    assert not NameModel.objects.exists()


def test_rejected_names_are_learned_as_none():
    for number in range(15):
        text = f"أعلنت وكالة {'ابتثجح'[number % 6] * 3}ان في بيان أن الطقس معتدل ."
        article = ArticleFactory(body=f"<p>{text}</p>")
        start = text.index("وكالة")
        NameProposal.objects.create(
            article=article, name=text[start:].split(" في")[0], start=start, end=text.index(" في"),
            kind="organisation", reason="unknown", confidence=0.9, state="rejected",
        )  # fmt: skip
    train()
    article = ArticleFactory(body="<p>أعلنت وكالة النارنج في بيان أن الطقس معتدل .</p>")
    propose_unknown_names([article])

    assert not NameProposal.objects.filter(article=article, confidence__gte=0.5).exists()
