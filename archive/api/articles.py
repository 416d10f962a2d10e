"""One article, whole, and what is related to it."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Field, Router, Schema

from archive import reading, relations
from archive.api.answers import Moment, Problems, Stretch, utc
from archive.api.cards import ArticleCard, EntityCard, StoryCard, article_card, entity_card, story_card
from archive.api.errors import UnknownRecordError
from archive.api.quotations import Quotation, quotation
from archive.api.versions import Version, article_versions
from archive.models import Article, ArticleLink, Beside, DatedPhrase, Image, Mention
from archive.reading import Neighbour
from archive.relations import Related

LINK_KINDS = (ArticleLink.Kind.RELATED, ArticleLink.Kind.FOLLOW_UP, ArticleLink.Kind.BACKGROUND)

router = Router()


class Author(Schema):
    name: str
    name_latin: str


class Picture(Schema):
    url: str
    caption: str
    credit: str
    alternative_text: str
    width: int | None
    height: int | None


class MentionedEntity(EntityCard):
    mentions: list[Stretch] = Field(
        description=gettext_noop(
            "Where it stands in the plain text, in characters; empty when the whole article is meant."
        )
    )


class NamedDays(Stretch):
    first_day: date
    last_day: date


class Link(Schema):
    id: int | None = Field(description=gettext_noop("Null while the article is not in the archive."))
    title: str
    url: str | None


class Links(Schema):
    related: list[Link]
    follow_up: list[Link]
    background: list[Link]


class Change(Schema):
    at: Moment
    fields: list[str]


class ArticleDetail(ArticleCard):
    kicker: str
    summary: str
    body: str = Field(
        description=gettext_noop("Clean HTML: paragraphs, headings, lists, quotations, tables and links.")
    )
    text: str = Field(description=gettext_noop("The body as plain text: what offsets count in."))
    authors: list[Author]
    place: str
    collected_at: Moment
    updated_at: Moment
    original_url: str | None
    language: str
    importance: int
    images: list[Picture]
    entities: list[MentionedEntity]
    quotations: list[Quotation]
    dates: list[NamedDays] = Field(
        description=gettext_noop("Phrases that name days, and which, by the article’s date.")
    )
    links: Links
    copies: list[ArticleCard] = Field(description=gettext_noop("The same text, whole or in part, printed elsewhere."))
    previous: Link | None
    next: Link | None
    story: StoryCard | None = Field(description=gettext_noop("The story it belongs to."))
    versions: list[Change] = Field(
        description=gettext_noop("When it was changed since it was published, the latest first.")
    )


class RelatedArticle(ArticleCard):
    relation: str = Field(
        description=gettext_noop(
            "How it belongs: its kind of link from this article, a link to it, or words and names in common."
        ),
        json_schema_extra={"enum": ["related", "follow_up", "background", "links_here", "similar"]},
    )
    shared_entities: list[EntityCard] = Field(description=gettext_noop("Names by which it was found to be similar."))
    shared_words: list[str] = Field(
        description=gettext_noop("Words of its title by which it was, where no names are shared.")
    )
    is_later: bool = Field(description=gettext_noop("Whether it was published after the article."))


class RelatedArticles(Schema):
    results: list[RelatedArticle]


@router.get(
    "/articles/{id}",
    response={200: ArticleDetail, 404: Problems, 422: Problems},
    summary=gettext_noop("One article, whole"),
    operation_id="article",
    url_name="article",
)
def article_detail(request: HttpRequest, id: int):
    mentions = Mention.objects.exclude(confirmed=False).select_related("entity").order_by("start", "pk")
    article = _article(
        id,
        Article.objects.select_related("section", "source").prefetch_related(
            "authors", "images", Prefetch("mentions", mentions)
        ),
    )
    beside = Beside.of(article)
    links = reading.visible_links(beside)
    neighbours = reading.neighbours(beside)
    story = relations.story_part(beside)
    return article_card(article) | {
        "kicker": article.kicker,
        "summary": article.summary,
        "body": article.body,
        "text": article.text,
        "authors": [{"name": author.name, "name_latin": author.name_latin} for author in article.authors.all()],
        "place": article.place,
        "collected_at": utc(article.collected_at),
        "updated_at": utc(article.updated_at),
        "original_url": article.original_url or None,
        "language": article.language,
        "importance": article.importance,
        "images": [picture(image) for image in article.images.all()],
        "entities": mentioned_entities(article.mentions.all()),
        "quotations": [quotation(said) for said in beside.quotations],
        "dates": [named_days(phrase) for phrase in beside.dated_phrases],
        "links": {
            "related": [link(one) for one in links.related],
            "follow_up": [link(one) for one in links.follow_ups],
            "background": [link(one) for one in links.background],
        },
        "copies": [article_card(copy) for copy in beside.seen(beside.shown_copy_ids)],
        "previous": link(neighbours.previous),
        "next": link(neighbours.next),
        "story": story_card(story.story if story else None),
        "versions": [change(version) for version in article_versions(article)],
    }


@router.get(
    "/articles/{id}/related",
    response={200: RelatedArticles, 404: Problems, 422: Problems},
    summary=gettext_noop("Articles linked with one, or like it"),
    operation_id="relatedArticles",
    url_name="article-related",
)
def related_articles(request: HttpRequest, id: int):
    article = _article(id, Article.objects.all())
    links = reading.visible_links(Beside.of(article))
    linked = {
        neighbour.article.pk: (neighbour.article, relation)
        for relation, neighbours in (
            ("related", links.related),
            ("follow_up", links.follow_ups),
            ("background", links.background),
        )
        for neighbour in neighbours
        if neighbour.article
    }
    linking = ArticleLink.objects.filter(to_article=article, kind__in=LINK_KINDS).values("from_article")
    for other in Article.objects.published().filter(pk__in=linking).for_cards().newest_first():
        linked.setdefault(other.pk, (other, "links_here"))
    return {
        "results": [
            *(linked_article(other, relation, beside=article) for other, relation in linked.values()),
            *map(related_article, relations.related(article, excluding=linked)),
        ]
    }


def picture(image: Image) -> dict:
    return {
        "url": image.file.url if image.file else image.url,
        "caption": image.caption,
        "credit": image.credit,
        "alternative_text": image.alternative_text,
        "width": image.width,
        "height": image.height,
    }


def mentioned_entities(mentions: Iterable[Mention]) -> list[dict]:
    """The entities of MENTIONS in the order in which they first appear, each with its places in the text."""
    by_entity: dict[int, list[Mention]] = {}
    for mention in mentions:
        by_entity.setdefault(mention.entity_id, []).append(mention)
    return [
        entity_card(group[0].entity)
        | {"mentions": [{"start": m.start, "end": m.end} for m in group if m.start is not None]}
        for group in by_entity.values()
    ]


def named_days(phrase: DatedPhrase) -> dict:
    return {
        "start": phrase.start,
        "end": phrase.end,
        "first_day": phrase.first_day,
        "last_day": phrase.last_day,
    }


def link(neighbour: Neighbour | None) -> dict | None:
    if neighbour is None:
        return None
    return {
        "id": neighbour.article.pk if neighbour.article else None,
        "title": neighbour.title,
        "url": neighbour.url,
    }


def change(version: Version) -> dict:
    return {"at": utc(version.at), "fields": version.fields}


def related_article(found: Related) -> dict:
    return article_card(found.article) | {
        "relation": "similar",
        "shared_entities": [entity_card(entity) for entity in found.entities],
        "shared_words": found.words,
        "is_later": found.is_later,
    }


def linked_article(article: Article, relation: str, *, beside: Article) -> dict:
    return article_card(article) | {
        "relation": relation,
        "shared_entities": [],
        "shared_words": [],
        "is_later": bool(article.published_at and beside.published_at and article.published_at > beside.published_at),
    }


def _article(pk: int, articles: QuerySet[Article]) -> Article:
    """The published article PK among ARTICLES; one that is not to be seen does not exist here."""
    article = articles.published().filter(pk=pk).first()
    if article is None:
        raise UnknownRecordError(_("There is no such article."))
    return article
