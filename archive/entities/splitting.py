"""One entity that is two: chosen names and mentions go to a new one."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, F, Min, OuterRef, QuerySet
from django.db.models.functions import Left, Substr
from django.utils.translation import gettext as _

from archive.exceptions import DecisionError
from archive.models import Alias, Article, Entity, Mention, NameProposal, Quotation, UnannotatedArticle
from archive.models.article import FoldedWords
from archive.models.entity import MAX_NAME_KEY_CHARS


def splittable_names(entity: Entity) -> QuerySet[Alias]:
    """The names of ENTITY that may go: not its main ones."""
    return entity.aliases.exclude(name__in=[entity.name, entity.name_latin]).order_by("script", "name")


def mentioning_articles(entity: Entity) -> QuerySet[Article]:
    """The articles that mention ENTITY, each with the `first_mention` in it, the latest first."""
    mentions = Mention.objects.filter(entity=entity).exclude(confirmed=False)
    articles = Article.objects.filter(mentions__in=mentions)
    return articles.annotate(first_mention=Min("mentions__start")).order_by("-listed_at", "-pk")


@transaction.atomic
def split(
    entity: Entity,
    *,
    kind: str,
    name: str,
    name_latin: str = "",
    alias_ids: Collection[int] = (),
    article_ids: Collection[int] = (),
) -> Entity:
    """Make a new entity of what ENTITY was too, and return it; raise DecisionError if nothing was chosen for it.

    The names ALIAS_IDS go to it, with every mention that is one of them, and so do all mentions in the articles
    ARTICLE_IDS. Those are decided then: the linker would bring back what has a name that both have. What was said in
    an article that does not mention ENTITY any more goes with them; in one that mentions both, the worker finds out.
    """
    aliases = splittable_names(entity).filter(pk__in=alias_ids)
    keys = set(aliases.values_list("key", flat=True))
    mentions = Mention.objects.filter(entity=entity).exclude(confirmed=False)
    chosen = mentions.filter(article__in=article_ids)
    named = _with_words(mentions).filter(words__in=keys)
    if not keys and not chosen.exists():
        raise DecisionError(_("Choose names or articles that are of the other."))
    new = Entity.objects.create(kind=kind, name=name, name_latin=name_latin)
    moving = [*chosen.values_list("pk", flat=True), *named.values_list("pk", flat=True)]
    chosen.update(confirmed=True)
    Mention.objects.filter(pk__in=moving).update(entity=new)
    _move_quotations(entity, new)
    NameProposal.objects.filter(mention__in=moving).update(entity=new)
    aliases.update(entity=new)
    new.keep_main_names()
    return new


def _move_quotations(entity: Entity, new: Entity) -> None:
    """Let NEW have said what ENTITY said where NEW stands in its place, and the rest there be found anew."""
    there = Mention.objects.filter(article=OuterRef("article")).exclude(confirmed=False)
    said = Quotation.objects.filter(Exists(there.filter(entity=new)), speaker=entity)
    said.exclude(Exists(there.filter(entity=entity))).update(speaker=new)
    UnannotatedArticle.add_mentioning(new)


def _with_words(mentions: QuerySet[Mention]) -> QuerySet[Mention]:
    """MENTIONS with `words`, the folded text of each, as keys of names are."""
    written = Substr("article__text", F("start") + 1, F("end") - F("start"))
    return mentions.filter(start__isnull=False).annotate(words=Left(FoldedWords(written), MAX_NAME_KEY_CHARS))
