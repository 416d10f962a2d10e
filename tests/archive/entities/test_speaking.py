import pytest
from django.contrib.auth.models import User

from archive.annotating import annotate, annotate_waiting
from archive.entities.deciding import accept_as_new, confirm_mention, refuse_in_article, refuse_mention, undo_last
from archive.entities.merging import merge, undo
from archive.entities.splitting import split
from archive.models import Article, Entity, NameProposal, Quotation, UnannotatedArticle
from archive.relinking import relink
from tests.factories import ArticleFactory, EntityFactory, MentionFactory, NameProposalFactory


def mention(article: Article, name: str, entity: Entity) -> None:
    start = article.text.index(name)
    MentionFactory(article=article, entity=entity, start=start, end=start + len(name))


def read(article: Article) -> list[Quotation]:
    annotate([article.pk])
    return list(Quotation.objects.filter(article=article).order_by("start"))


def tell(done: int, total: int) -> None:
    pass


def written(*paragraphs: str) -> Article:
    return ArticleFactory(body="".join(f"<p>{paragraph}</p>" for paragraph in paragraphs))


@pytest.fixture
def lavrov(db) -> Entity:
    return EntityFactory(name="سيرغي لافروف")


def test_a_quotation_is_written_with_its_words_its_speaker_and_its_verb(lavrov):
    article = written("قال وزير الخارجية الروسي سيرغي لافروف إن بلاده ترحّب بالمحادثات.")
    mention(article, "سيرغي لافروف", lavrov)
    (quotation,) = read(article)
    assert article.text[quotation.start : quotation.end] == quotation.text == "إن بلاده ترحّب بالمحادثات"
    assert quotation.speaker == lavrov
    assert quotation.speaker_text == "وزير الخارجية الروسي سيرغي لافروف"
    assert article.text[quotation.speaker_start : quotation.speaker_end] == quotation.speaker_text
    assert (quotation.kind, quotation.verb, quotation.source_kind) == ("reported", "قال", "")
    assert quotation.listed_at == article.listed_at


SAID, ASKED = "قال سيرغي لافروف إن بلاده ترحّب بالمحادثات.", "وقال عادل الجبير إن اللقاء مفيد."


@pytest.mark.parametrize(
    ("now", "stand"),
    [
        ((SAID, ASKED.replace("مفيد", "قصير")), ["إن بلاده ترحّب بالمحادثات"]),
        (("ووصل لاحقاً.", ASKED), []),
        ((SAID.replace("سيرغي لافروف", "عمران السعيد"), ASKED), ["إن اللقاء مفيد"]),
        ((SAID, ASKED, "وغادر."), ["إن بلاده ترحّب بالمحادثات", "إن اللقاء مفيد"]),
    ],
    ids=["its words", "its place", "its speaker", "nothing of it"],
)
@pytest.mark.django_db
def test_a_quotation_goes_at_once_when_an_edit_changes(now, stand):
    article = written(SAID, ASKED)
    read(article)
    body = "".join(f"<p>{paragraph}</p>" for paragraph in now)
    Article.objects.filter(pk=article.pk).update(body=body)
    assert list(Quotation.objects.order_by("start").values_list("text", flat=True)) == stand


@pytest.mark.django_db
def test_what_an_editor_confirmed_waits_to_be_moved_unless_its_words_are_gone():
    article = written(SAID, ASKED)
    read(article)
    Quotation.objects.update(confirmed=True)
    Article.objects.filter(pk=article.pk).update(body=f"<p>ووصل لاحقاً.</p><p>{ASKED}</p>")
    assert Quotation.objects.get().text == "إن اللقاء مفيد"


def test_a_short_form_is_who_was_named_before(lavrov):
    article = written("وصل سيرغي لافروف إلى جنيف.", "وقال لافروف إن اللقاء كان مفيداً.")
    mention(article, "سيرغي لافروف", lavrov)
    assert [quotation.speaker for quotation in read(article)] == [lavrov]


def test_a_title_is_the_one_person_who_came_with_it(db):
    envoy = EntityFactory(name="ستافان دي ميستورا")
    article = written("وصل مبعوث الأمم المتحدة ستافان دي ميستورا إلى موسكو.", "وقال المبعوث إن الجولة قريبة.")
    mention(article, "ستافان دي ميستورا", envoy)
    assert [quotation.speaker for quotation in read(article)] == [envoy]


def test_a_title_that_two_people_came_with_is_nobody(lavrov):
    other = EntityFactory(name="عادل الجبير")
    article = written(
        "التقى وزير الخارجية سيرغي لافروف نظيره وزير الخارجية عادل الجبير.", "وقال الوزير إن اللقاء مفيد."
    )
    mention(article, "سيرغي لافروف", lavrov)
    mention(article, "عادل الجبير", other)
    assert [quotation.speaker for quotation in read(article)] == [None]


@pytest.mark.parametrize(
    "speaker",
    [
        "مبعوث الرئيس الروسي فلاديمير بوتين إلى سورية",
        "محامي فلاديمير بوتين",
        "مصدر قريب من فلاديمير بوتين",
    ],
)
def test_who_is_told_by_another_s_name_is_not_that_person(speaker, db):
    putin = EntityFactory(name="فلاديمير بوتين")
    article = written(f"قال {speaker} إن الأمر انتهى.")
    mention(article, "فلاديمير بوتين", putin)
    (quotation,) = read(article)
    assert (quotation.speaker, quotation.speaker_text) == (None, speaker)


@pytest.mark.parametrize(
    ("speaker", "is_it"),
    [
        ("منظمة الصحة العالمية", True),
        ("المتحدث باسم منظمة الصحة العالمية", False),
        ("مسؤول في منظمة الصحة العالمية", False),
    ],
)
def test_a_body_speaks_for_itself_only(speaker, is_it, db):
    body = EntityFactory(name="منظمة الصحة العالمية", kind="organisation")
    article = written(f"وقالت {speaker} إن الوباء يتراجع.")
    mention(article, "منظمة الصحة العالمية", body)
    assert [quotation.speaker for quotation in read(article)] == [body if is_it else None]


def test_several_countries_are_no_single_speaker(db):
    russia = EntityFactory(name="روسيا", kind="place")
    article = written("وقالت روسيا وتركيا إن الهدنة صامدة.")
    mention(article, "روسيا", russia)
    assert [quotation.speaker for quotation in read(article)] == [None]


@pytest.mark.django_db
def test_reading_again_changes_nothing():
    article = written("قال الوزير: «سنعود إلى جنيف غداً».", "وأضاف أن الوقت حان.")
    values = ("start", "end", "text", "speaker_text", "source_kind")
    first = [tuple(getattr(quotation, name) for name in values) for quotation in read(article)]
    assert first == [tuple(getattr(quotation, name) for name in values) for quotation in read(article)]
    assert len(first) == 2


def test_what_an_editor_decided_moves_with_its_words(lavrov):
    article = written("قال الوزير: «سنعود إلى جنيف غداً».")
    (quotation,) = read(article)
    Quotation.objects.filter(pk=quotation.pk).update(confirmed=True, speaker=lavrov)
    article.body = "<p>مقدمة جديدة.</p>" + article.body
    article.save()
    (moved,) = read(article)
    assert (moved.pk, moved.speaker, moved.confirmed) == (quotation.pk, lavrov, True)
    assert article.text[moved.start : moved.end] == moved.text == quotation.text
    assert article.text[moved.speaker_start : moved.speaker_end] == moved.speaker_text


@pytest.mark.django_db
def test_what_an_editor_refused_is_not_found_again_while_it_stands():
    article = written("قال الوزير: «سنعود إلى جنيف غداً».")
    (quotation,) = read(article)
    Quotation.objects.filter(pk=quotation.pk).update(confirmed=False)
    assert [(one.pk, one.confirmed) for one in read(article)] == [(quotation.pk, False)]
    article.body = "<p>نص آخر.</p>"
    article.save()
    assert read(article) == []


@pytest.mark.django_db
def test_two_decided_quotations_change_places_with_their_words():
    article = written("قال زيد: «هذا أول الكلام».", "وقال عمرو: «هذا آخر الكلام».")
    for quotation in read(article):
        Quotation.objects.filter(pk=quotation.pk).update(confirmed=True)
    article.body = "<p>وقال عمرو: «هذا آخر الكلام».</p><p>قال زيد: «هذا أول الكلام».</p>"
    article.save()
    assert all(article.text[one.start : one.end] == one.text for one in read(article))


# --- Speakers, when editors decide about mentions ----------------------------------------------------------------


@pytest.fixture
def said(lavrov) -> Article:
    """An article in which a name that the archive knows said something."""
    article = written("قال سيرغي لافروف إن بلاده ترحّب بالمحادثات.")
    mention(article, "سيرغي لافروف", lavrov)
    assert [quotation.speaker for quotation in read(article)] == [lavrov]
    UnannotatedArticle.objects.all().delete()
    return article


def speaker() -> Entity | None:
    return Quotation.objects.get().speaker


def test_a_refused_mention_said_nothing_from_then_on(said):
    one = said.mentions.get()
    refuse_mention(one)
    assert speaker() is None
    confirm_mention(one)
    annotate_waiting(tell)
    assert speaker() == one.entity


def test_who_is_refused_in_the_speaker_s_words_is_not_the_speaker_though_mentioned_elsewhere(lavrov):
    article = written("وصل سيرغي لافروف إلى جنيف.", "وقال سيرغي لافروف إن بلاده ترحّب بالمحادثات.")
    first = article.text.index("سيرغي")
    here = article.text.index("سيرغي", first + 1)
    mentions = [
        MentionFactory(article=article, entity=lavrov, start=start, end=start + len("سيرغي لافروف"))
        for start in (first, here)
    ]
    read(article)
    confirm_mention(mentions[1])
    refuse_mention(mentions[0])
    assert speaker() == lavrov
    confirm_mention(mentions[0])
    refuse_mention(mentions[1])
    assert speaker() is None


def test_what_is_parted_again_said_what_was_found_while_they_were_one(said, lavrov):
    one = EntityFactory(name="سيرجي لافروف")
    merged = merge(lavrov, one, by=None)
    assert read(said)[0].speaker == one
    UnannotatedArticle.objects.all().delete()
    undo(merged)
    annotate_waiting(tell)
    assert speaker() == lavrov


def test_what_an_editor_said_of_a_speaker_outlasts_the_mention(said, lavrov):
    Quotation.objects.update(confirmed=True)
    refuse_in_article(said, lavrov)
    assert speaker() == lavrov


def test_an_accepted_name_said_what_its_article_quotes(db):
    article = written("قال سيرغي لافروف إن بلاده ترحّب بالمحادثات.")
    read(article)
    UnannotatedArticle.objects.all().delete()
    NameProposal.objects.all().delete()
    proposal = NameProposalFactory(article=article, name="سيرغي لافروف")
    editor = User.objects.create_user("هالة")
    waiting = NameProposal.objects.filter(pk=proposal.pk)
    decision = accept_as_new(waiting, kind="person", name="سيرغي لافروف", by=editor)
    annotate_waiting(tell)
    assert speaker() == decision.entity
    undo_last(editor)
    annotate_waiting(tell)
    assert speaker() is None


def test_a_name_that_old_articles_are_linked_by_said_what_they_quote(db):
    article = written("قال سيرغي لافروف إن بلاده ترحّب بالمحادثات.")
    read(article)
    UnannotatedArticle.objects.all().delete()
    entity = EntityFactory(name="سيرغي لافروف")
    relink([entity.pk], [article.pk])
    annotate_waiting(tell)
    assert speaker() == entity


def test_what_is_split_off_said_what_its_articles_quote(said, lavrov):
    new = split(lavrov, kind="person", name="سيرغي لافروف", article_ids=[said.pk])
    assert speaker() == new


def test_where_both_are_mentioned_after_a_split_it_is_found_out_anew(lavrov):
    lavrov.aliases.create(name="عادل الجبير")
    article = written("التقى سيرغي لافروف الوفد، وقال عادل الجبير إن اللقاء مفيد.")
    for name in ("سيرغي لافروف", "عادل الجبير"):
        mention(article, name, lavrov)
    read(article)
    UnannotatedArticle.objects.all().delete()
    new = split(lavrov, kind="person", name="عادل الجبير", alias_ids=lavrov.aliases.values("pk"))
    annotate_waiting(tell)
    assert speaker() == new
