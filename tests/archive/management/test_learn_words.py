from io import StringIO

import pytest
from django.core.management import call_command

from archive.models import SynonymGroup
from archive.text.tokenize import KEPT_WORDS
from tests.archive.search.test_learning import MINISTERS, corpus
from tests.factories import ArticleFactory, SynonymGroupFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def archive():
    """Two nouns that the shipped list does not know as one, and one that it does."""
    texts = corpus(*((f"ال{word}", MINISTERS) for word in ("طبق", "أطباق", "وزير", "وزراء")))
    ArticleFactory(title="عنوان", summary="", body="".join(f"<p>{text}</p>" for text in texts))
    ArticleFactory(draft=True, summary="", body="<p>الفلزوم فلزوم</p>" * 30)


def learn(**options) -> str:
    output = StringIO()
    call_command("learn_words", stdout=output, **options)
    return output.getvalue()


def groups():
    return {(str(group), group.state, group.origin) for group in SynonymGroup.objects.all()}


def test_pairs_wait_for_an_editor():
    output = learn()

    assert groups() == {("طبق = أطباق", "proposed", "learned")}
    assert "طبق = أطباق" in output


@pytest.mark.parametrize("state", [SynonymGroup.State.CONFIRMED, SynonymGroup.State.REFUSED])
def test_what_is_decided_is_not_proposed_again(state):
    SynonymGroupFactory(synonyms=["الأطباق", "طبق"], state=state)
    learn()

    assert groups() == {("الأطباق = طبق", state, "editor")}


def test_proposals_take_the_place_of_older_ones():
    SynonymGroupFactory(synonyms=["قديم", "أقدم"], state="proposed", origin="learned")
    learn()
    learn()

    assert groups() == {("طبق = أطباق", "proposed", "learned")}


def test_kept_words_are_written_with_those_that_ship(tmp_path):
    file = tmp_path / "kept.txt"
    ArticleFactory(summary="", body="<p>الفلزوم فلزوم</p>" * 30)
    learn(kept_words=file)

    assert set(file.read_text(encoding="utf-8").split()) == KEPT_WORDS | {"فلزوم"}
