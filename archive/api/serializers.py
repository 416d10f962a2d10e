"""The shapes of the API's answers, and how records become them.

Names of sections, sources and entities are data: they do not change with the language of the messages.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Field, Schema

from archive.api.versions import Version
from archive.models import Article, DatedPhrase, Entity, Image, Mention, Section, Source, Story
from archive.models import Quotation as SaidWords
from archive.reading import Neighbour
from archive.relations import Related
from archive.search.engine import SearchResults
from archive.search.messages import problem_message
from archive.search.names import names_in_arabic
from archive.search.spelling import Suggestion
from archive.search.suggest import Suggestions

Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]


class Problem(Schema):
    field: str | None = Field(description=_("The parameter; null when none is to blame."))
    message: str


class Problems(Schema):
    detail: list[Problem]


class Count(Schema):
    value: int
    exact: bool = Field(description=_("False when the number is an estimate."))


class Named(Schema):
    slug: str
    name: str


class ArticleCard(Schema):
    id: int
    title: str
    url: str = Field(description=_("The path of its page on this site."))
    published_at: Moment | None = Field(
        description=_("In UTC; a date known to the day, month or year only is the first midnight of it.")
    )
    date_precision: str = Field(
        description=_("How much of the date is known."),
        json_schema_extra={"enum": Article.Precision.values},
    )
    section: Named | None
    source: Named


class FoundArticle(ArticleCard):
    snippet: str = Field(description=_("Safe HTML, the words found inside <mark>."))
    score: float


class NameInArabic(Schema):
    typed: str
    names: list[str]


class ReadQuery(Schema):
    text: str
    understood: str
    problems: list[str] = Field(description=_("What could not be used, in sentences."))
    did_you_mean: str | None
    names_in_arabic: list[NameInArabic] = Field(
        description=_("Names in Latin letters, with what was looked for in Arabic letters too.")
    )


class FacetValue(Schema):
    slug: str = Field(description=_("What to give the parameter to narrow by it."))
    name: str
    count: int


class Facets(Schema):
    section: list[FacetValue]
    source: list[FacetValue]
    entity: list[FacetValue]
    year: list[FacetValue]


class ArticlePage(Schema):
    count: Count
    page: int
    page_size: int
    query: ReadQuery
    results: list[FoundArticle]
    facets: Facets


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


class EntityCard(Schema):
    id: int
    name: str
    name_latin: str
    kind: str = Field(json_schema_extra={"enum": Entity.Kind.values})
    url: str = Field(description=_("The path of its page on this site."))


class Stretch(Schema):
    start: int
    end: int


class MentionedEntity(EntityCard):
    mentions: list[Stretch] = Field(
        description=_("Where it stands in the plain text, in characters; empty when the whole article is meant.")
    )


class SpeakerWords(Stretch):
    text: str


class Quotation(Stretch):
    """Where it stands in the plain text, and whose words it tells."""

    text: str
    kind: str = Field(json_schema_extra={"enum": SaidWords.Kind.values})
    speaker: EntityCard | None = Field(description=_("Null where it is not known who it was."))
    speaker_words: SpeakerWords | None = Field(description=_("Who said it in the article’s own words."))
    source_kind: str | None = Field(
        description=_("What kind of source that is, where it is one without a name."),
        json_schema_extra={"enum": SaidWords.SourceKind.values},
    )


class FoundQuotation(Quotation):
    article: ArticleCard


class QuotationPage(Schema):
    count: Count
    page: int
    page_size: int
    results: list[FoundQuotation]


class NamedDays(Stretch):
    first_day: date
    last_day: date


class Link(Schema):
    id: int | None = Field(description=_("Null while the article is not in the archive."))
    title: str
    url: str | None


class Links(Schema):
    related: list[Link]
    follow_up: list[Link]
    background: list[Link]


class Change(Schema):
    at: Moment
    fields: list[str]


class StoryCard(Schema):
    id: int
    title: str
    url: str = Field(description=_("The path of its page on this site."))


class ArticleDetail(ArticleCard):
    kicker: str
    summary: str
    body: str = Field(description=_("Clean HTML: paragraphs, headings, lists, quotations, tables and links."))
    text: str = Field(description=_("The body as plain text: what offsets count in."))
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
    dates: list[NamedDays] = Field(description=_("Phrases that name days, and which, by the article’s date."))
    links: Links
    copies: list[ArticleCard] = Field(description=_("The same text, whole or in part, printed elsewhere."))
    previous: Link | None
    next: Link | None
    story: StoryCard | None = Field(description=_("The story it belongs to."))
    versions: list[Change] = Field(description=_("When it was changed since it was published, the latest first."))


class RelatedArticle(ArticleCard):
    relation: str = Field(
        description=_(
            "How it belongs: its kind of link from this article, a link to it, or words and names in common."
        ),
        json_schema_extra={"enum": ["related", "follow_up", "background", "links_here", "similar"]},
    )
    shared_entities: list[EntityCard] = Field(description=_("Names by which it was found to be similar."))
    shared_words: list[str] = Field(description=_("Words of its title by which it was, where no names are shared."))
    is_later: bool = Field(description=_("Whether it was published after the article."))


class RelatedArticles(Schema):
    results: list[RelatedArticle]


class ListedStory(StoryCard):
    article_count: int
    last_at: Moment | None = Field(description=_("When the last of its articles was published."))


class StoryPage(Schema):
    count: Count
    page: int
    page_size: int
    results: list[ListedStory]


class StoryDetail(ListedStory):
    articles: list[ArticleCard] = Field(description=_("The oldest first."))


class CountedEntity(EntityCard):
    article_count: int


class EntityPage(Schema):
    count: Count
    page: int
    page_size: int
    results: list[CountedEntity]


class EntityAlias(Schema):
    name: str
    script: str
    kind: str


class EntityDetail(CountedEntity):
    description: str
    description_latin: str
    wikidata_id: str | None
    aliases: list[EntityAlias]
    articles: list[ArticleCard] = Field(description=_("The latest that mention it."))


class SuggestedTitle(Schema):
    id: int
    title: str
    url: str = Field(description=_("The path of its page on this site."))


class SuggestedEntity(EntityCard):
    spelling: str = Field(description=_("The spelling of its name that begins so."))


class SuggestedWord(Schema):
    text: str = Field(description=_("The whole query, its last word completed."))


class SuggestionLists(Schema):
    titles: list[SuggestedTitle]
    entities: list[SuggestedEntity]
    words: list[SuggestedWord]


class CountedSection(Named):
    name_latin: str
    description: str
    description_latin: str
    url: str = Field(description=_("The path of its page on this site."))
    article_count: int


class SectionList(Schema):
    results: list[CountedSection]


class CountedSource(Named):
    name_latin: str
    description: str
    description_latin: str
    website: str | None
    article_count: int


class SourceList(Schema):
    results: list[CountedSource]


class Root(Schema):
    articles: str
    entities: str
    stories: str
    sections: str
    sources: str
    datasets: str
    suggest: str
    openapi: str
    docs: str


def utc(moment: datetime) -> str:
    """MOMENT in ISO 8601, in UTC, to the second."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def published_at(article: Article) -> str | None:
    """The date of ARTICLE; one known to the day or less is a date of the calendar, free of time zones."""
    if article.published_at is None:
        return None
    if article.date_precision == Article.Precision.MINUTE:
        return utc(article.published_at)
    day = timezone.localtime(article.published_at).date()
    if article.date_precision != Article.Precision.DAY:
        day = day.replace(day=1)
    if article.date_precision == Article.Precision.YEAR:
        day = day.replace(month=1)
    return f"{day.isoformat()}T00:00:00Z"


def named(thing: Section | Source | None) -> dict | None:
    return {"slug": thing.slug, "name": thing.name} if thing else None


def article_card(article: Article) -> dict:
    return {
        "id": article.pk,
        "title": article.title,
        "url": article.get_absolute_url(),
        "published_at": published_at(article),
        "date_precision": article.date_precision,
        "section": named(article.section),
        "source": named(article.source),
    }


def article_page(results: SearchResults, *, page: int, suggestion: Suggestion | None) -> dict:
    """A page of search results, empty when PAGE lies beyond the last, and what else may have been meant."""
    articles = results.articles if page == results.page else []
    return {
        "count": {"value": results.count.value, "exact": results.count.exact},
        "page": page,
        "page_size": results.page_size,
        "query": {
            "text": results.query.text,
            "understood": results.query.understood,
            "problems": [problem_message(problem) for problem in results.query.problems],
            "did_you_mean": suggestion.text if suggestion else None,
            "names_in_arabic": [
                {"typed": typed, "names": names} for typed, names in names_in_arabic(results.query.wanted)
            ],
        },
        "results": [
            article_card(article) | {"snippet": str(article.snippet), "score": article.score} for article in articles
        ],
        "facets": {
            name: [{"slug": value.slug, "name": value.name, "count": value.count} for value in values]
            for name, values in vars(results.facets).items()
            if name != "exact"
        },
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


def entity_card(entity: Entity) -> dict:
    return {
        "id": entity.pk,
        "name": entity.name,
        "name_latin": entity.name_latin,
        "kind": entity.kind,
        "url": entity.get_absolute_url(),
    }


def suggestion_lists(found: Suggestions) -> dict:
    return {
        "titles": [
            {"id": article.pk, "title": article.title, "url": article.get_absolute_url()} for article in found.titles
        ],
        "entities": [entity_card(entity) | {"spelling": entity.spelling} for entity in found.entities],
        "words": [{"text": text} for text in found.words],
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


def quotation(said: SaidWords) -> dict:
    words = {"start": said.speaker_start, "end": said.speaker_end, "text": said.speaker_text}
    return {
        "start": said.start,
        "end": said.end,
        "text": said.text,
        "kind": said.kind,
        "speaker": entity_card(said.speaker) if said.speaker else None,
        "speaker_words": words if said.speaker_start is not None else None,
        "source_kind": said.source_kind or None,
    }


def named_days(phrase: DatedPhrase) -> dict:
    return {
        "start": phrase.start,
        "end": phrase.end,
        "first_day": phrase.first_day,
        "last_day": phrase.last_day,
    }


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


def story_card(story: Story | None) -> dict | None:
    return {"id": story.pk, "title": story.title, "url": story.get_absolute_url()} if story else None


def listed_story(story: Story) -> dict:
    return story_card(story) | {
        "article_count": story.article_count,
        "last_at": utc(story.last_at) if story.last_at else None,
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
