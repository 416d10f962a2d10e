"""An archive with something of everything in it: what an export must bring back."""

from datetime import UTC, datetime, timedelta

import pghistory
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType

from archive.entities.sounding import sound_waiting
from archive.models import (
    Announcement,
    Article,
    ArticleCopy,
    BulkChange,
    Capture,
    Consent,
    CopyGroup,
    Correction,
    Dataset,
    DatedPhrase,
    DeliveryChannel,
    EntityMerge,
    EntityPair,
    Feed,
    FrontPageArticle,
    ImportedRecord,
    ImportEntry,
    ImportRun,
    LatePlacing,
    NameDecision,
    NameProposal,
    Observation,
    OutgoingLink,
    Quotation,
    Redirect,
    RefusedLink,
    RefusedName,
    Region,
    SearchMatch,
    SetAsideRecord,
    SiteSettings,
    StoryArticle,
    SubscriptionTally,
)
from archive.search.filters import SearchFilters
from archive.search.statistics import count_words
from archive.subscriptions.saved_searches import save_search
from tests.factories import (
    AliasFactory,
    ArticleFactory,
    ArticleLinkFactory,
    AuthorFactory,
    BannerFactory,
    CaptureFactory,
    DatasetFeedFactory,
    DeliveryFactory,
    EntityFactory,
    ImageFactory,
    MentionFactory,
    SearchPinFactory,
    SectionFactory,
    SocialAccountFactory,
    SourceFactory,
    StoryFactory,
    SubscriberFactory,
    SubscriptionFactory,
    SynonymGroupFactory,
)
from tests.factories.statistics import small_dataset

DAY = datetime(2017, 12, 21, 8, 30, 15, 123456, tzinfo=UTC)


def rich_archive() -> dict[str, Article]:
    """Fill the archive; return its articles by what is particular about them."""
    editor = get_user_model().objects.create_user("editor", password="سر طويل جدا", first_name="هالة")
    section = SectionFactory(name="سياسة", slug="سياسة", name_latin="Politics")
    source = SourceFactory(name="الميناء", slug="almina", url="https://almina.example/", time_zone="Asia/Beirut")
    articles = {
        "marked": ArticleFactory(
            title="مُحَادَثَاتُ جِنِيفَ 🕊️ تُسْتَأْنَفُ",
            kicker="عَيْنٌ",
            body="<p>قالَ <strong>دي ميستورا</strong> في جنيف: \u200f«نعم» &amp; <em>لا</em> 👩🏽‍💻.</p>\n<ul><li>أ</li></ul>",
            section=section,
            source=source,
            published_at=DAY,
            importance=2,
            original_url="https://almina.example/خبر?id=1&x=\"'",
            external_id="a/1",
            capture=CaptureFactory(content=b"\x00\xff\r\n<html>\xd9\x85" * 50, url="https://almina.example/1"),
        ),
        "undated": ArticleFactory(undated=True, section=None, source=source, title="بلا تاريخ"),
        "month": ArticleFactory(date_precision="month", source=source, section=section, title="شهر"),
        "draft": ArticleFactory(
            draft=True, source=source, section=section, title="مسودة", embargo_until=DAY + timedelta(days=1)
        ),
        "withdrawn": ArticleFactory(source=source, section=section, title="سُحب", withdrawal_notice="لخطأ فيه."),
        "scheduled": ArticleFactory(
            status="scheduled", source=source, section=section, title="غدًا", published_at=DAY + timedelta(days=36500)
        ),
        "deleted": ArticleFactory(source=source, section=section, title="حُذف"),
    }
    marked = articles["marked"]
    marked.authors.add(AuthorFactory(name="سلمى أحمد"), AuthorFactory(name="Jane Doe", name_latin="Jane Doe"))
    person = EntityFactory(name="ستافان دي ميستورا", name_latin="Staffan de Mistura", wikidata_id="Q1")
    place = EntityFactory(name="جنيف", kind="place", aliases=["Geneva"], latitude=46.2, longitude=6.15)
    AliasFactory(entity=person, name="المبعوث", kind="short", ambiguous=True)
    MentionFactory(article=marked, entity=person, start=4, end=14)
    MentionFactory(article=marked, entity=place, start=18, end=22, confirmed=False)
    MentionFactory(article=articles["draft"], entity=place, method="editor", confirmed=True)
    ImageFactory(article=marked)
    removed = ImageFactory(article=marked, caption="نُزعت")
    ImageFactory(article=marked, file="", url="https://almina.example/p.jpg", width=None, height=None)
    ArticleLinkFactory(from_article=marked, to_article=articles["month"], kind="follow_up", title="")
    # A link that waits, though its article came: an editor cut it off. No trigger may join the two again.
    waiting = ArticleLinkFactory(from_article=marked, to_article=None, kind="next", title="شيء آخر", origin="page")
    type(waiting).objects.filter(pk=waiting.pk).update(title="بلا تاريخ")
    type(waiting).objects.filter(pk=waiting.pk).update(to_article=None)
    ImportedRecord.objects.create(
        source=source, key="a/1", digest="d" * 64, article=marked, capture=marked.capture, reader="jsonl 4",
        written={"title": "ab", "links": "", "n": [1, 2.5, None, "٣"]},
    )  # fmt: skip
    run = ImportRun.objects.create(
        paths=["صفحات/"],
        folder="/srv",
        arguments={"format": "auto"},
        by=editor,
        state="finished",
        created=1,
        failed=1,
    )
    ImportEntry.objects.create(
        run=run, outcome="created", origin="صفحات/1.txt", article=marked, details={"reasons": [["no_date", {}]]}
    )
    aside = SetAsideRecord(run=run, origin="صفحات/2.txt", code="not_arabic")
    aside.content = b"\x00\xff"
    aside.save()
    NameProposal.objects.create(
        article=marked,
        start=5,
        end=8,
        name="ميس",
        kind="person",
        reason="unknown",
        confidence=1 / 3,
        state="rejected",
        decided_by=editor,
        decided_at=DAY,
    )
    RefusedName.objects.create(name="نعم", refused_by=editor)
    Quotation.objects.create(
        article=marked,
        start=24,
        end=28,
        text="نعم",
        kind="direct",
        speaker=person,
        speaker_text="دي ميستورا",
        speaker_start=4,
        speaker_end=14,
        verb="قالَ",
        confirmed=True,
        listed_at=marked.listed_at,
    )
    DatedPhrase.objects.create(
        article=marked, start=1, end=3, first_day=DAY.date(), last_day=DAY.date() + timedelta(days=30), is_ahead=True
    )
    story = StoryFactory(title="محادثات", is_named=True, articles=[marked, articles["month"]], last_at=DAY)
    StoryArticle.objects.create(story=story, article=articles["undated"], taken_out=True)
    StoryFactory(title="قصة ضُمّت", merged_into=story)
    RefusedLink.objects.create(article=marked, other=articles["undated"], refused_by=editor)
    EntityPair.objects.create(first=person, second=place, reason="name", likeness=0.5, dismissed_at=DAY)
    NameDecision.objects.create(
        name="ميس", action="reject", entity=person, changes=[["created", "archive.mention", [1]]], made_by=editor
    )
    EntityMerge.objects.create(
        former_id=10**9,
        former_name="ديمستورا",
        kept=person,
        kept_number=person.pk,
        changes=[["set", "archive.mention", {"entity_id": [10**9, person.pk]}, [1]]],
        made_at=DAY,
        made_by=editor,
    )
    BulkChange.objects.create(
        action="withdrawn",
        article_count=1,
        changes=[["set", "archive.article", {"status": ["published", "withdrawn"]}, [articles["withdrawn"].pk]]],
        made_by=editor,
    )
    FrontPageArticle.objects.create(article=marked, position=1)
    Redirect.objects.create(old_path="/أخبار/1.html", article=marked)
    OutgoingLink.objects.create(
        article=marked, url="https://almina.example/خبر", state="kept", problem=["x", {"n": 1}]
    )
    group = CopyGroup.objects.create()
    ArticleCopy.objects.create(group=group, article=marked, likeness=0.98)
    ArticleCopy.objects.create(group=group, article=articles["month"], refused=True)
    Feed.objects.create(url="https://almina.example/خلاصة.rss", source=source, section=section)
    CaptureFactory(content=b"")
    figures = small_dataset()
    DatasetFeedFactory(dataset=figures, mapping='measure = "deaths"')
    Observation.objects.filter(value=18).update(value="18.5", imported=18, note="صُحّح")
    with pghistory.context(user=editor.pk, url="/admin/", note="تصحيح"):
        marked.title = "مُحَادَثَاتُ جِنِيفَ 🕊️ تُسْتَأْنَفُ غدًا"
        marked.save()
        Article.objects.filter(pk=articles["withdrawn"].pk).update(status="withdrawn")
        section.description = "وصف"
        section.save()
        source.description = "صحيفة"
        source.save()
        person.description = "مبعوث"
        person.save()
        figures.measures.update(unit="حالة")
        Region.objects.update(population_year=2025)
        Dataset.objects.update(description="يومًا بيوم")
    correction = Correction.objects.create(article=marked, text="الجولة هي الثامنة.", made_at=DAY)
    correction.text = "الجولة هي الثامنة لا السابعة."
    correction.save()
    removed.delete()
    articles["deleted"].delete()
    LogEntry.objects.create(
        user=editor, content_type=ContentType.objects.get_for_model(Article), object_id=str(marked.pk),
        object_repr="محادثات", action_flag=CHANGE, change_message='[{"changed": {"fields": ["title"]}}]',
    )  # fmt: skip
    reader = SubscriberFactory(address="Reader@example.org", channel_data={"k": [1, None]})
    search = save_search("السفن OR قطار", SearchFilters(section=section), "q=السفن OR قطار")
    subscriptions = [
        SubscriptionFactory(subscriber=reader),
        SubscriptionFactory(subscriber=reader, what="search", search=search, when="daily"),
        SubscriptionFactory(subscriber=reader, what="entity", entity=person),
    ]
    Consent.objects.create(subscriber=reader, action="asked", method="form", page="/", text="اشترك")
    DeliveryFactory(subscriber=reader, article=marked, reasons=[subscriptions[0].pk], state="sent", sent_at=DAY)
    Announcement.objects.create(article=marked, importance=2, announced_at=DAY, matched_at=DAY)
    SearchMatch.objects.create(search=search, article=marked)
    LatePlacing.objects.create(article=marked, what="entity", target=person.pk, placed_at=DAY)
    DeliveryChannel.objects.create(channel="email", paused=True, per_minute=60)
    SubscriptionTally.objects.create(day=DAY.date(), channel="email", event="joined", count=3)
    SynonymGroupFactory(synonyms=["سيارة", "عربة"], score=0.1 + 0.2, state="refused")
    SearchPinFactory(query="محادثات جنيف", article=marked)
    BannerFactory(starts_at=DAY, text_latin="Live")
    SocialAccountFactory()
    SiteSettings.objects.create(name="سجل", about="نصّ\nثانٍ")
    count_words()
    sound_waiting()
    del articles["deleted"]
    return articles


def captures() -> dict[str, bytes]:
    return {capture.sha256: capture.content for capture in Capture.objects.all()}
