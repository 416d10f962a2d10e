"""The articles of a page of results, with what a line of it shows: a question like others, written down once.

Made by a queryset, the same question took as long to put into words as to answer.
"""

from collections.abc import Iterable

from django.utils import timezone

from archive.asking import Asking, rows_of
from archive.models import Article, Section, Source
from archive.models.article import published_in_sql
from archive.models.nested import models_of
from archive.search.conditions import array_literal

LEFT_OUT = ("body", "title_key")
COLUMNS = [field.attname for field in Article._meta.concrete_fields if field.attname not in LEFT_OUT]
LINES = f"""
SELECT {", ".join(f"article.{column}" for column in COLUMNS)},
    to_json(section) AS section, to_json(source) AS source
FROM archive_article AS article JOIN archive_source AS source ON source.id = source_id
    LEFT JOIN archive_section AS section ON section.id = section_id
WHERE article.id = ANY (%s::bigint[]) AND {published_in_sql("article", "%s")}
"""


def read_lines(ids: Iterable[int]) -> Asking[dict[int, Article]]:
    """Return those of the articles IDS that readers may see, by their ids, with section, source and text."""
    rows = yield from rows_of(LINES, [array_literal(ids), timezone.now()])
    articles = models_of(Article, [dict(zip(COLUMNS, row, strict=False)) for row in rows])
    sections: dict[int, Section] = {}
    sources: dict[int, Source] = {}
    for article, (*_columns, section, source) in zip(articles, rows, strict=True):
        if section:
            article.section = sections.get(article.section_id) or _kept(sections, Section, section)
        article.source = sources.get(article.source_id) or _kept(sources, Source, source)
    return {article.pk: article for article in articles}


def _kept(things: dict, model: type[Section | Source], row: dict) -> Section | Source:
    [thing] = models_of(model, [row])
    return things.setdefault(thing.pk, thing)
