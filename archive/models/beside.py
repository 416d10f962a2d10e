"""What stands around an article, read with it in one query: who signed it, its pictures, its links, its names, what
was said in it, its copies.

Only numbers tell of other articles: their lines are read together (`Beside.lines`), and only of those that readers
may see.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db.models import JSONField
from django.db.models.expressions import RawSQL
from django.utils import timezone

from archive.models.article import Article, ArticleLink, ArticleQuerySet, published_in_sql
from archive.models.dated_phrase import DatedPhrase
from archive.models.entity import Entity, Mention
from archive.models.nested import models_of
from archive.models.quotation import Quotation
from archive.models.stories import Story

MAX_QUOTATIONS = 40
MAX_COPIES_SHOWN = 20
STORY_ARTICLES_AROUND = 3

SEEN = published_in_sql("other", "moment.now")

BESIDE = f"""(
SELECT jsonb_build_object(
    -- As `with_people_and_pictures` has them. Written here, Django need not put them together for each page.
    'people', (
        SELECT jsonb_agg(to_jsonb(author) ORDER BY author.name)
        FROM archive_article_authors AS signed JOIN archive_author AS author ON author.id = signed.author_id
        WHERE signed.article_id = archive_article.id),
    'pictures', (
        SELECT jsonb_agg(to_jsonb(image) || jsonb_build_object('sizes_file', sizes.file, 'sizes_widths', sizes.widths,
            'sizes_formats', sizes.formats) ORDER BY image.position, image.id)
        FROM archive_image AS image LEFT JOIN archive_imagesizes AS sizes ON sizes.image_id = image.id
        WHERE image.article_id = archive_article.id),
    'is_corrected', EXISTS (SELECT FROM archive_correction WHERE article_id = archive_article.id),
    'links', (
        SELECT jsonb_agg(jsonb_build_object('kind', kind, 'origin', origin, 'title', title, 'url', url,
            'to_article_id', to_article_id) ORDER BY kind, position, id)
        FROM archive_articlelink WHERE from_article_id = archive_article.id),
    -- Those whose pages say that this one is their next or previous.
    'claims', (
        SELECT jsonb_agg(jsonb_build_object('kind', kind, 'from_article_id', from_article_id)
            ORDER BY kind, position, id)
        FROM archive_articlelink WHERE to_article_id = archive_article.id AND kind IN ('previous', 'next')),
    'refused', (
        SELECT jsonb_agg(CASE WHEN article_id = archive_article.id THEN other_id ELSE article_id END)
        FROM archive_refusedlink WHERE archive_article.id IN (article_id, other_id)),
    'copies', (
        SELECT jsonb_agg(other.id ORDER BY other.listed_at, other.id)
        FROM archive_articlecopy AS own
            JOIN archive_articlecopy AS copy USING (group_id) JOIN archive_article AS other
            ON other.id = copy.article_id
        WHERE own.article_id = archive_article.id AND copy.article_id <> own.article_id
            AND NOT own.refused AND NOT copy.refused AND {SEEN}),
    -- The bound on the date alone is what lets the database begin there in its index.
    'older', (
        SELECT id FROM archive_article AS other
        WHERE archive_article.published_at IS NOT NULL AND other.published_at IS NOT NULL AND {SEEN}
            AND other.listed_at <= archive_article.listed_at
            AND (other.listed_at, other.id) < (archive_article.listed_at, archive_article.id)
        ORDER BY other.listed_at DESC, other.id DESC LIMIT 1),
    'newer', (
        SELECT id FROM archive_article AS other
        WHERE archive_article.published_at IS NOT NULL AND {SEEN}
            AND other.listed_at >= archive_article.listed_at
            AND (other.listed_at, other.id) > (archive_article.listed_at, archive_article.id)
        ORDER BY other.listed_at, other.id LIMIT 1),
    'story', (
        SELECT jsonb_build_object('id', story.id, 'title', story.title, 'slug', story.slug, 'article_ids', (
            SELECT jsonb_agg(other.id ORDER BY other.listed_at, other.id)
            FROM archive_storyarticle AS place JOIN archive_article AS other ON other.id = place.article_id
            WHERE place.story_id = story.id AND NOT place.taken_out AND {SEEN}))
        FROM archive_storyarticle AS own JOIN archive_story AS story ON story.id = own.story_id
        WHERE own.article_id = archive_article.id AND NOT own.taken_out
            AND story.merged_into_id IS NULL AND story.title <> ''),
    'mentions', (
        SELECT jsonb_agg(jsonb_build_object('id', id, 'entity_id', entity_id, 'start', start, 'end', "end"))
        FROM archive_mention WHERE article_id = archive_article.id AND confirmed IS DISTINCT FROM false),
    -- Counted when names were last counted; now, where never.
    'entities', (
        SELECT jsonb_agg(jsonb_build_object('id', entity.id, 'kind', kind, 'name', name, 'name_latin', name_latin,
            'slug', slug, 'wikidata_id', wikidata_id, 'article_count', coalesce(counted.article_count, (
                SELECT count(DISTINCT article_id)
                FROM archive_mention JOIN archive_article AS other ON other.id = article_id
                WHERE entity_id = entity.id AND confirmed IS DISTINCT FROM false AND {SEEN}))))
        FROM archive_entity AS entity LEFT JOIN archive_entitycount AS counted ON counted.entity_id = entity.id
        WHERE entity.id IN (
            SELECT entity_id FROM archive_mention
            WHERE article_id = archive_article.id AND confirmed IS DISTINCT FROM false)),
    'quotations', (
        SELECT jsonb_agg(to_jsonb(quotation) || jsonb_build_object('speaker', speaker) ORDER BY quotation.start)
        FROM (
            SELECT id, article_id, start, "end", text, kind, speaker_id, speaker_text, speaker_start, speaker_end,
                source_kind, verb, confirmed, listed_at
            FROM archive_quotation
            WHERE article_id = archive_article.id AND confirmed IS DISTINCT FROM false
                -- Who said it is what a reader wants to know.
                AND (speaker_id IS NOT NULL OR speaker_text <> '')
            ORDER BY start LIMIT {MAX_QUOTATIONS:d}) AS quotation
            LEFT JOIN LATERAL (
                SELECT id, kind, name, name_latin, slug FROM archive_entity WHERE id = quotation.speaker_id
            ) AS speaker ON true),
    'dated_phrases', (
        SELECT jsonb_agg(to_jsonb(phrase) ORDER BY start)
        FROM archive_datedphrase AS phrase WHERE article_id = archive_article.id)
) FROM (SELECT %s::timestamptz AS now) AS moment)"""  # noqa: S608 - of constants


def with_beside(articles: ArticleQuerySet, *, at: datetime | None = None) -> ArticleQuerySet:
    """ARTICLES with what `Beside.of` needs of each as readers see it at the time AT (now)."""
    return articles.annotate(beside_rows=RawSQL(BESIDE, [at or timezone.now()], output_field=JSONField()))  # noqa: S611


@dataclass
class Beside:
    """What stands around ARTICLE, in the order in which it is shown.

    Its `people` and `pictures` come with it. ENTITIES are those that MENTIONS name, by number, with `article_count`.
    STORY_IDS are the articles of its story that readers see, the oldest first, COPY_IDS its copies likewise. Of the
    others that numbers tell of, `lines` has those that readers may see.
    """

    article: Article
    is_corrected: bool
    links: list[ArticleLink]
    claims: list[ArticleLink]
    refused: frozenset[int]
    copy_ids: list[int]
    older: int | None
    newer: int | None
    story: Story | None
    story_ids: list[int]
    mentions: list[Mention]
    entities: dict[int, Entity]
    quotations: list[Quotation]
    dated_phrases: list[DatedPhrase]
    wanted: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, article: Article) -> "Beside":
        """What stands around ARTICLE, in one query, or in none where it came `with_beside` or was asked before."""
        if "beside" not in article.__dict__:
            article.beside = cls._read(article)
        return article.beside

    @classmethod
    def _read(cls, article: Article) -> "Beside":
        rows = article.__dict__.get("beside_rows")
        if rows is None:
            rows = with_beside(Article.objects.filter(pk=article.pk)).values_list("beside_rows", flat=True).get()
        article.people_rows, article.picture_rows = rows["people"] or [], rows["pictures"] or []
        links = models_of(ArticleLink, rows["links"] or ())
        claims = models_of(ArticleLink, rows["claims"] or ())
        story = rows["story"]
        beside = cls(
            article=article,
            is_corrected=rows["is_corrected"],
            links=links,
            claims=claims,
            refused=frozenset(rows["refused"] or ()),
            copy_ids=rows["copies"] or [],
            older=rows["older"],
            newer=rows["newer"],
            story=models_of(Story, [story])[0] if story else None,
            story_ids=story["article_ids"] or [] if story else [],
            mentions=models_of(Mention, rows["mentions"] or ()),
            entities={entity.pk: entity for entity in _counted(rows["entities"] or ())},
            quotations=_with_speakers(rows["quotations"] or ()),
            dated_phrases=models_of(DatedPhrase, rows["dated_phrases"] or ()),
        )
        beside.want(link.to_article_id for link in links)
        beside.want(link.from_article_id for link in claims)
        beside.want([*beside.shown_copy_ids, *beside.story_ids_around, beside.older, beside.newer])
        return beside

    @property
    def shown_copy_ids(self) -> list[int]:
        """The first of its copies; a text of an agency may have more than anybody reads through."""
        return self.copy_ids[:MAX_COPIES_SHOWN]

    @property
    def story_place(self) -> int:
        """Where in its story the article stands, or would: in a preview its readers may not see it yet."""
        pk = self.article.pk
        return self.story_ids.index(pk) if pk in self.story_ids else len(self.story_ids)

    @property
    def story_ids_around(self) -> list[int]:
        """The articles of its story that are shown around it, itself among them."""
        here = self.story_place
        return self.story_ids[max(0, here - STORY_ARTICLES_AROUND) : here + 1 + STORY_ARTICLES_AROUND]

    def want(self, article_ids: Iterable[int | None]) -> None:
        """Have `lines`, which are not read yet, hold the articles with these ids too."""
        self.wanted.update(pk for pk in article_ids if pk)

    @cached_property
    def lines(self) -> dict[int, Article]:
        """The articles that are wanted and that readers may see, by number, with what a line of a list shows."""
        return Article.objects.published().for_lines().in_bulk(self.wanted) if self.wanted else {}

    def seen(self, article_ids: Iterable[int]) -> list[Article]:
        """Those of `lines` with these ids, in their order."""
        return [self.lines[pk] for pk in article_ids if pk in self.lines]


def _counted(rows: Iterable[dict]) -> list[Entity]:
    entities = models_of(Entity, rows)
    for entity, row in zip(entities, rows, strict=True):
        entity.article_count = row["article_count"]
    return entities


def _with_speakers(rows: Iterable[dict]) -> list[Quotation]:
    quotations = models_of(Quotation, rows)
    for quotation, row in zip(quotations, rows, strict=True):
        quotation.speaker = models_of(Entity, [row["speaker"]])[0] if row["speaker"] else None
    return quotations
