"""Many articles changed at once: seen before it is done, and taken back as one."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import NamedTuple

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from archive.entities.changes import Changes, Steps, take_back
from archive.models import Article, ArticleQuerySet, BulkChange, Entity, Mention, Section
from archive.newsroom import states
from archive.newsroom.states import Hindrance, Plan, Status

Action = BulkChange.Action

TARGETS = {Action.REVIEW: Status.REVIEW, Action.PUBLISH: Status.PUBLISHED, Action.WITHDRAW: Status.WITHDRAWN}
"""The state to which each action leads that is about states."""

OF_NAMES = (Action.ADD_ENTITY, Action.REMOVE_ENTITY)
"""Actions that set nothing of the articles, but what they mention."""


@dataclass(frozen=True)
class Wanted:
    """What is to be done: ACTION, with the SECTION, the ENTITY or the NOTICE of withdrawal that belongs to it."""

    action: Action
    section: Section | None = None
    entity: Entity | None = None
    notice: str = ""

    @property
    def target(self) -> str:
        """What it is done with, in words."""
        return str(self.section or self.entity or "")


class Left(Enum):
    """Why an article is not taken back."""

    CHANGED = auto()
    """Somebody has changed the same of it since, or has deleted it."""
    SEEN = auto()
    """Readers have seen it: it is no draft any more, but may be withdrawn, with a notice."""
    FORBIDDEN = auto()
    """It may not be as it was: it has lost its text or date since, has an embargo, or its section is no more."""


class TakenBack(NamedTuple):
    """How many articles are as they were, and how many were LEFT as they are, by what was in the way."""

    restored: int
    left: dict[Left, int]


def may(user: AbstractBaseUser, action: Action) -> bool:
    """May USER do ACTION to many articles?"""
    if action in TARGETS:
        return any(states.may(user, state, TARGETS[action]) for state in states.MOVES)
    return user.has_perm(states.PUBLISH) or user.has_perm(states.CURATE)


def preview(articles: ArticleQuerySet, wanted: Wanted, *, at: datetime) -> Plan:
    """Return what WANTED would do to ARTICLES: they become a state, or the action where that is about none."""
    if wanted.action in TARGETS:
        found = list(articles.order_by("pk").only("pk", "status", "published_at", "embargo_until"))
        textless = set(articles.without_text().order_by().values_list("pk", flat=True))
        return states.plan(found, TARGETS[wanted.action], textless=textless, at=at)
    ids = set(articles.order_by().values_list("pk", flat=True))
    done = ids & set(_done(wanted).filter(pk__in=ids).values_list("pk", flat=True))
    found = Plan(becomes={wanted.action: sorted(ids - done)} if ids - done else {})
    if done:
        found.left[Hindrance.ALREADY] = sorted(done)
    return found


@transaction.atomic
def carry_out(
    articles: ArticleQuerySet, wanted: Wanted, *, by: AbstractBaseUser, at: datetime
) -> tuple[Plan, BulkChange | None]:
    """Do what `preview` says at the time AT, with nobody changing ARTICLES in between.

    Return what was done, and the change that can be taken back; None where nothing was to be done.
    """
    list(articles.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    plan = preview(articles, wanted, at=at)
    return plan, _change(plan, wanted, by) if plan.ids else None


def _change(plan: Plan, wanted: Wanted, by: AbstractBaseUser) -> BulkChange:
    changes, now = Changes(), timezone.now()
    match wanted.action:
        case Action.SECTION:
            _set(changes, plan.ids, now, section_id=wanted.section.pk)
        case action if action in OF_NAMES:
            _decide(changes, plan.ids, wanted.entity, confirmed=wanted.action == Action.ADD_ENTITY)
        case Action.WITHDRAW:
            _set(changes, plan.ids, now, status=Status.WITHDRAWN, withdrawal_notice=wanted.notice)
        case _:
            for status, ids in plan.becomes.items():
                _set(changes, ids, now, status=status)
    return BulkChange.objects.create(
        action=wanted.action,
        target=wanted.target[:200],
        article_count=len(plan.ids),
        changes=changes.steps,
        made_by=by,
    )


@transaction.atomic
def undo(change: BulkChange, *, by: AbstractBaseUser, at: datetime) -> TakenBack:
    """Take CHANGE back at the time AT, as far as that may be; a second time nothing is done."""
    change = BulkChange.objects.select_for_update().get(pk=change.pk)
    if change.undone_at:
        return TakenBack(0, {})
    of_names = change.action in OF_NAMES
    steps, restored, left = _names_to_restore(change) if of_names else _articles_to_restore(change, at)
    take_back(steps)
    change.undone_at, change.undone_by = at, by
    change.save(update_fields=["undone_at", "undone_by"])
    if not of_names:
        Article.objects.filter(pk__in=restored).update(updated_at=at)
    changed = change.article_count - len(restored) - left.total()
    return TakenBack(len(restored), dict(left + Counter({Left.CHANGED: changed})))


def _articles_to_restore(change: BulkChange, at: datetime) -> tuple[Steps, set[int], Counter[Left]]:
    """The steps of CHANGE without what stays, the articles that they restore, and how many stay for what reason."""
    steps, restored, left = [], set(), Counter()
    for kind, label, pairs, keys in change.changes:
        before, after = ({column: pair[place] for column, pair in pairs.items()} for place in (0, 1))
        as_changed = Article.objects.filter(pk__in=keys, **after)
        rows = as_changed.select_for_update(no_key=True).order_by("pk")
        rows = list(rows.only("pk", "status", "published_at", "embargo_until"))
        textless = set(as_changed.order_by().without_text().values_list("pk", flat=True))
        found = {row.pk: _in_the_way(row, before, textless, at) for row in rows}
        left.update(why for why in found.values() if why)
        as_before = [pk for pk, why in found.items() if why is None]
        steps.append([kind, label, pairs, as_before])
        restored.update(as_before)
    return steps, restored, left


def _in_the_way(
    article: Article, before: Mapping[str, object], textless: Collection[int], at: datetime
) -> Left | None:
    """Why ARTICLE may not be what it was BEFORE again."""
    section, status = before.get("section_id"), before.get("status")
    if section and not Section.objects.filter(pk=section).exists():
        return Left.FORBIDDEN
    if status in (Status.DRAFT, Status.REVIEW) and article.state(at=at) == Status.PUBLISHED:
        return Left.SEEN
    if status not in states.COMING_OUT:
        return None
    undated = status == Status.SCHEDULED and article.published_at is None
    too_early = states.comes_too_early(article.published_at, article.embargo_until)
    return Left.FORBIDDEN if undated or too_early or article.pk in textless else None


def _names_to_restore(change: BulkChange) -> tuple[Steps, set[int], Counter[Left]]:
    """As `_articles_to_restore`; an article of which somebody has decided otherwise since is left whole."""
    confirmed = change.action == Action.ADD_ENTITY
    keys = {key for _kind, _label, *details in change.changes for key in details[-1]}
    rows = list(Mention.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    decided = {row.article_id for row in rows if row.confirmed != confirmed}
    kept = {row.pk for row in rows if row.article_id not in decided}
    steps = [[*step, [key for key in keys if key in kept]] for *step, keys in change.changes]
    return steps, {row.article_id for row in rows} - decided, Counter()


def _done(wanted: Wanted) -> ArticleQuerySet:
    """The articles that are as WANTED has them already."""
    if wanted.action == Action.SECTION:
        return Article.objects.filter(section=wanted.section)
    named = Mention.objects.filter(entity=wanted.entity).exclude(confirmed=False).values("article")
    if wanted.action == Action.ADD_ENTITY:
        return Article.objects.filter(pk__in=named)
    return Article.objects.exclude(pk__in=named)


def _set(changes: Changes, ids: Sequence[int], now: datetime, **values: object) -> None:
    changes.set(Article.objects.filter(pk__in=ids), beside={"updated_at": now}, **values)


def _decide(changes: Changes, ids: Sequence[int], entity: Entity, *, confirmed: bool) -> None:
    """Say of the whole articles whether they are about ENTITY; where they are not, none of its places stands."""
    mentions = Mention.objects.filter(article__in=ids, entity=entity)
    said = set(mentions.filter(start=None).values_list("article_id", flat=True))
    changes.set(mentions.filter(start=None) if confirmed else mentions, confirmed=confirmed)
    changes.create(
        Mention(article_id=article_id, entity=entity, method=Mention.Method.EDITOR, confirmed=confirmed)
        for article_id in ids
        if article_id not in said
    )


def changed_articles(change: BulkChange) -> set[int]:
    """The articles that CHANGE changed, or whose mentions it did, as far as these are still there."""
    found: set[int] = set()
    for _kind, label, *details in change.changes:
        keys = details[-1]
        if label == "archive.article":
            found.update(keys)
        else:
            found.update(Mention.objects.filter(pk__in=keys).values_list("article_id", flat=True))
    return found
