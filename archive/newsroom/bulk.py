"""Many articles changed at once: seen before it is done, and taken back as one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from archive.entities.changes import Changes, take_back
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


class TakenBack(NamedTuple):
    """How many articles are as they were, and how many were left because somebody changed them since."""

    restored: int
    left: int


def may(user: AbstractBaseUser, action: Action) -> bool:
    """May USER do ACTION to many articles?"""
    if action in TARGETS:
        return any(states.may(user, state, TARGETS[action]) for state in states.MOVES)
    return user.has_perm(states.PUBLISH) or user.has_perm(states.CURATE)


def preview(articles: ArticleQuerySet, wanted: Wanted, *, at: datetime) -> Plan:
    """Return what WANTED would do to ARTICLES: they become a state, or the action where that is about none."""
    if wanted.action in TARGETS:
        found = list(articles.order_by().only("pk", "status", "published_at", "embargo_until"))
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
def undo(change: BulkChange, *, by: AbstractBaseUser) -> TakenBack:
    """Take CHANGE back where nobody changed the same again since; a second time nothing is done."""
    change = BulkChange.objects.select_for_update().get(pk=change.pk)
    if change.undone_at:
        return TakenBack(0, 0)
    before = _as_changed(change)
    take_back(change.changes)
    change.undone_at, change.undone_by = timezone.now(), by
    change.save(update_fields=["undone_at", "undone_by"])
    Article.objects.filter(pk__in=before).update(updated_at=change.undone_at)
    restored = change.article_count if change.action in OF_NAMES else len(before)
    return TakenBack(restored, change.article_count - restored)


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


def _as_changed(change: BulkChange) -> list[int]:
    """The articles of CHANGE that are still as it made them."""
    found: list[int] = []
    for _kind, label, *details in change.changes:
        if label == "archive.article":
            pairs, keys = details
            after = {column: new for column, (_old, new) in pairs.items()}
            found += Article.objects.filter(pk__in=keys, **after).values_list("pk", flat=True)
    return found
