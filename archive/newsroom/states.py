"""The states of an article: which may follow which, who may bring it about, and what stands in the way.

    draft → in review → scheduled → published → withdrawn

Everything that changes a state asks here first: the article's form and its buttons, and changes of many at once.
What is published and bears a notice of correction is called corrected; the notice is its only truth
(`ArticleQuerySet.corrected`). The database keeps what must hold whoever writes: a scheduled article has a date, and
none comes out before its embargo.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from archive.models import Article

Status = Article.Status

SUBMIT = "archive.submit_article"
PUBLISH = "archive.publish_article"
CURATE = "archive.curate_article"
LIFT_EMBARGO = "archive.lift_embargo_article"

MOVES: dict[str, dict[str, str]] = {
    Status.DRAFT: {Status.REVIEW: SUBMIT, Status.SCHEDULED: PUBLISH, Status.PUBLISHED: PUBLISH},
    Status.REVIEW: {Status.DRAFT: SUBMIT, Status.SCHEDULED: PUBLISH, Status.PUBLISHED: PUBLISH},
    Status.SCHEDULED: {Status.DRAFT: PUBLISH, Status.PUBLISHED: PUBLISH, Status.WITHDRAWN: PUBLISH},
    Status.PUBLISHED: {Status.SCHEDULED: PUBLISH, Status.WITHDRAWN: PUBLISH},
    Status.WITHDRAWN: {Status.SCHEDULED: PUBLISH, Status.PUBLISHED: PUBLISH},
}
"""From each state to each that may follow it, with the permission that this takes."""

COMING_OUT = (Status.SCHEDULED, Status.PUBLISHED)

COMPLETES = ("section", "authors")
DATE = ("published_at", "date_precision")
"""Of what is published, those may change them who complete it; beside them its names, links and pictures."""


class Hindrance(TextChoices):
    """Why an article is left as it is."""

    ALREADY = "already", _("it is so already")
    WAITS = "waits", _("it is scheduled and waits for its time: to publish it now, change its date")
    NO_WAY = "no_way", _("nothing leads from its state to that one")
    NO_TEXT = "no_text", _("it has no text")
    NO_DATE = "no_date", _("it has no date: give it the time at which it will be published")
    PAST = "past", _("its date has passed: publish it, or change its date")
    EMBARGO = "embargo", _("it is under embargo: its date must be the end of the embargo, or later")


@dataclass
class Plan:
    """What would become of articles: ids by the status they would get, and of those LEFT by what is in the way."""

    becomes: dict[str, list[int]] = field(default_factory=dict)
    left: dict[Hindrance, list[int]] = field(default_factory=dict)

    @property
    def ids(self) -> list[int]:
        return [article_id for ids in self.becomes.values() for article_id in ids]


def may(user: AbstractBaseUser, status: str, target: str) -> bool:
    """May USER bring an article from STATUS to TARGET?"""
    permission = MOVES[status].get(target)
    return permission is not None and user.has_perm(permission)


def reachable(user: AbstractBaseUser, status: str) -> list[str]:
    """The states to which USER may bring an article from STATUS, in the order of the way."""
    return [target for target in Status.values if may(user, status, target)]


def may_change(user: AbstractBaseUser, article: Article) -> bool:
    """May USER, who may change articles, change anything of ARTICLE as it stands?

    Drafts are everybody's; what is in review is its reviewers'; what readers see is for those who publish, and for
    those who complete what is published.
    """
    if may_write(user, article):
        return True
    return article.status != Status.REVIEW and user.has_perm(CURATE)


def may_write(user: AbstractBaseUser, article: Article) -> bool:
    """May USER, who may change articles, change the texts of ARTICLE? Who may not, completes it (`completed_by`)."""
    return article.status == Status.DRAFT or user.has_perm(PUBLISH)


def completed_by(article: Article, *, at: datetime) -> Collection[str]:
    """The fields of ARTICLE that those change at the time AT who may not write it, but complete what is published.

    A date that is to come says when readers see it: that is for those who publish.
    """
    return COMPLETES if article.state(at=at) == Status.SCHEDULED else (*COMPLETES, *DATE)


def may_shorten_embargo(
    user: AbstractBaseUser, before: datetime | None, after: datetime | None, at: datetime
) -> bool:
    """May USER bring an embargo from BEFORE to AFTER? One that is over at the time AT is nobody's to keep."""
    is_shorter = before is not None and before > at and (after is None or after < before)
    return not is_shorter or user.has_perm(LIFT_EMBARGO)


def plan(articles: Iterable[Article], target: str, *, textless: Collection[int], at: datetime) -> Plan:
    """Return what would become of ARTICLES on their way to TARGET at the time AT; of TEXTLESS ones there is no text.

    What is to be published and dated in the future is scheduled for its time.
    """
    found = Plan()
    for article in articles:
        status, hindrance = _outcome(article, target, textless=article.pk in textless, at=at)
        if hindrance:
            found.left.setdefault(hindrance, []).append(article.pk)
        else:
            found.becomes.setdefault(status, []).append(article.pk)
    return found


def _outcome(article: Article, target: str, *, textless: bool, at: datetime) -> tuple[str, Hindrance | None]:
    state = article.state(at=at)
    if state == target:
        return state, Hindrance.ALREADY
    if target == Status.PUBLISHED:
        if state == Status.SCHEDULED:
            return state, Hindrance.WAITS
        if article.published_at and article.published_at > at:
            target = Status.SCHEDULED
    if target not in MOVES[state]:
        return state, Hindrance.NO_WAY
    if target == Status.SCHEDULED and article.published_at is None:
        return state, Hindrance.NO_DATE
    if target == Status.SCHEDULED and article.published_at <= at:
        return state, Hindrance.PAST
    if target in COMING_OUT:
        if textless:
            return state, Hindrance.NO_TEXT
        if comes_too_early(article.published_at, article.embargo_until):
            return state, Hindrance.EMBARGO
    return target, None


def comes_too_early(published_at: datetime | None, embargo_until: datetime | None) -> bool:
    """Would an article with this date come out before its embargo is over? As `article_not_before_embargo` has it."""
    return embargo_until is not None and (published_at is None or published_at < embargo_until)
