"""Which rows an export holds: the whole archive's, or some articles' with all that belongs to them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL

from archive.models import Article, ArticleQuerySet
from archive.outgoing.tables import BATCH_ROWS, PERSONAL, Table, content_tables
from archive.search.conditions import array_literal


@dataclass(frozen=True)
class Selection:
    """The articles with these IDS, rising; None for all there are, and then for what belongs to none, too."""

    ids: Sequence[int] | None = None

    @classmethod
    def of(cls, articles: ArticleQuerySet) -> "Selection":
        return cls(list(articles.order_by("pk").values_list("pk", flat=True)))

    @property
    def whole(self) -> bool:
        return self.ids is None

    def count(self) -> int:
        return Article.objects.count() if self.ids is None else len(self.ids)

    def articles(self) -> models.QuerySet:
        return Article.objects.all() if self.ids is None else Article.objects.filter(pk__in=self._chosen())

    def batches(self) -> Iterator[list[Article]]:
        """The articles by rising number, with all that a table or a wire tells of them, a batch at a time."""
        place = 0
        while True:
            batch = list(
                self.articles()
                .filter(pk__gt=place)
                .order_by("pk")
                .select_related("section", "source")
                .prefetch_related("authors", "images", "links__to_article", "mentions__entity")[:BATCH_ROWS]
            )
            if not batch:
                return
            yield batch
            place = batch[-1].pk

    def objects(self, table: Table) -> models.QuerySet:
        """The rows of TABLE that belong to the selection, by their numbers."""
        objects = table.objects()
        return objects if self.whole else objects.filter(pk__in=_Part(self).rows(table.model).values("pk"))

    def tables(self) -> tuple[Table, ...]:
        return content_tables()

    def _chosen(self) -> RawSQL:
        # Some hundred thousand numbers are one parameter so.
        return RawSQL("SELECT unnest(%s::bigint[])", [array_literal(self.ids or ())])


class _Part:
    """What belongs to some articles, by the foreign keys: what goes with one, what it refers to, and the history.

    What belongs to the site, and to no article, is not in it, nor who subscribes.
    """

    def __init__(self, selection: Selection):
        self._selection = selection
        self._models = [
            table.model
            for table in content_tables()
            if table.model._meta.app_label == "archive" and table.model.__name__ not in PERSONAL
        ]

    def rows(self, model: type[models.Model]) -> models.QuerySet:
        if model.__name__ in PERSONAL:
            return _all(model).none()
        if model is Article:
            return self._selection.articles()
        if model._meta.label == "pghistory.Context":
            return _referred(model, [(event, self.rows(event)) for event in self._models if _tracked(event)])
        if tracked := _tracked(model):
            return _all(model).filter(pgh_obj__in=self.rows(tracked).values("pk"))
        if owners := _owned_by(model, Article):
            chosen = self._selection.articles().values("pk")
            return _all(model).filter(**{f"{field.name}__in": chosen for field in owners})
        if self._is_referred_to(model):
            return _referred(model, [(one, self.rows(one)) for one in self._with_articles()])
        # What an editor's name comes with, the log of all that he did, is not the articles'.
        for field in model._meta.concrete_fields if model in self._models else ():
            if _cascades(field) and self._is_referred_to(field.related_model):
                return _all(model).filter(**{f"{field.name}__in": self.rows(field.related_model).values("pk")})
        return _all(model).none()

    def _with_articles(self) -> list[type[models.Model]]:
        """Articles, and the models of what goes with one."""
        return [model for model in self._models if model is Article or _owned_by(model, Article)]

    def _is_referred_to(self, model: type[models.Model]) -> bool:
        return model is not Article and any(
            field.related_model is model for one in self._with_articles() for field in one._meta.concrete_fields
        )


def _all(model: type[models.Model]) -> models.QuerySet:
    return model._base_manager.all()


def _cascades(field: models.Field) -> bool:
    return field.is_relation and field.remote_field.on_delete is models.CASCADE


def _owned_by(model: type[models.Model], owner: type[models.Model]) -> list[models.Field]:
    if _tracked(model):
        return []
    return [field for field in model._meta.concrete_fields if _cascades(field) and field.related_model is owner]


def _tracked(model: type[models.Model]) -> type[models.Model] | None:
    """The model whose history MODEL keeps."""
    tracked = getattr(model, "pgh_tracked_model", None)
    return tracked if tracked is not None and tracked in set(apps.get_models()) else None


def _referred(
    model: type[models.Model], rows: Sequence[tuple[type[models.Model], models.QuerySet]]
) -> models.QuerySet:
    """The rows of MODEL to which ROWS of other models refer."""
    wanted = [
        Q(pk__in=objects.exclude(**{field.name: None}).values(field.attname))
        for one, objects in rows
        for field in one._meta.concrete_fields
        if field.is_relation and field.related_model is model
    ]
    return _all(model).filter(reduce(or_, wanted)) if wanted else _all(model).none()
