"""What editors decide about names: proposals at the review desk, and mentions in an article.

Every decision about proposals is kept with what it changed, and can be undone, the last one first.
"""

from collections.abc import Sequence

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from archive.entities.accepting import link
from archive.entities.changes import Changes, Steps, take_back
from archive.exceptions import DecisionError
from archive.models import (
    Alias,
    Article,
    Entity,
    Mention,
    NameDecision,
    NameProposal,
    RefusedName,
    UnannotatedArticle,
)
from archive.text.normalize import words

Action = NameDecision.Action
State = NameProposal.State

MAX_DECIDED = 500
"""So many proposals are decided at once, at most; those that are left come up again."""


# --- Proposals ---------------------------------------------------------------------------------------------------


@transaction.atomic
def accept(
    proposals: QuerySet[NameProposal], entity: Entity, *, by: AbstractBaseUser | None, elsewhere: bool = True
) -> NameDecision:
    """Let the names that PROPOSALS found mean ENTITY, wherever they stand in the same articles.

    They mean it ELSEWHERE too; otherwise only where an article makes clear who is meant. Raises DecisionError if none
    of PROPOSALS waits any more.
    """
    return _accept(Changes(), proposals, entity, Action.ACCEPT, by, elsewhere)


@transaction.atomic
def accept_as_new(
    proposals: QuerySet[NameProposal],
    *,
    kind: str,
    name: str,
    name_latin: str = "",
    by: AbstractBaseUser | None,
    elsewhere: bool = True,
) -> NameDecision:
    """Make a new entity of what PROPOSALS found, called NAME, and `accept` them for it."""
    changes = Changes()
    entity = Entity(kind=kind, name=name, name_latin=name_latin)
    changes.create([entity])
    names = [one for one in (name, name_latin) if one]
    found = set(proposals.values_list("key", flat=True))
    changes.create(
        Alias(
            entity=entity,
            name=one,
            script=Alias.Script.of(one),
            kind=Alias.Kind.NAME,
            ambiguous=not elsewhere and words(one) in found,
        )
        for one in dict.fromkeys(names)
    )
    return _accept(changes, proposals, entity, Action.CREATE, by, elsewhere)


@transaction.atomic
def reject(proposals: QuerySet[NameProposal], *, by: AbstractBaseUser | None) -> NameDecision:
    """Say that PROPOSALS are no names, or of nobody the archive should know; they are not made again there."""
    changes = Changes()
    found = _waiting(proposals)
    _decide(changes, found, State.REJECTED, by)
    return _keep(changes, found[0].name, Action.REJECT, by)


@transaction.atomic
def refuse(proposal: NameProposal, *, by: AbstractBaseUser | None) -> NameDecision:
    """Say that the name of PROPOSAL is none anywhere: it is never proposed again, and all that wait are rejected."""
    changes = Changes()
    found = _waiting(NameProposal.objects.filter(pk=proposal.pk))
    if not RefusedName.objects.filter(key=proposal.key).exists():
        changes.create([RefusedName(name=proposal.name, refused_by=by)])
    waiting = NameProposal.objects.filter(key=proposal.key, state=State.WAITING)
    _decide(changes, list(waiting.select_for_update()), State.REJECTED, by)
    return _keep(changes, found[0].name, Action.REFUSE, by)


@transaction.atomic
def undo_last(by: AbstractBaseUser) -> NameDecision:
    """Take back the last decision of BY that stands, and return it; raises DecisionError if there is none."""
    standing = NameDecision.objects.select_for_update().filter(made_by=by, undone_at=None)
    if not (decision := standing.order_by("pk").last()):
        raise DecisionError(_("There is no decision of yours left to undo."))
    linked = Mention.objects.filter(entity=decision.entity).order_by().values_list("article", flat=True).distinct()
    linked = list(linked) if decision.action == Action.CREATE else []
    take_back(_steps_to_undo(decision))
    # Where an entity that was made was linked by its name, what had been proposed is looked for anew.
    UnannotatedArticle.objects.bulk_create(UnannotatedArticle(article_id=pk) for pk in linked)
    # Those whose text has changed since then have no place to be shown at: they are looked for anew.
    NameProposal.objects.filter(state=State.WAITING, start=None).delete()
    decision.undone_at = timezone.now()
    decision.save(update_fields=["undone_at"])
    return decision


def forget_mentioned(entity: Entity) -> None:
    """Delete the proposals that wait where ENTITY is mentioned by now; when it no longer is, they are found anew."""
    _where_mentioned(entity).delete()


def _where_mentioned(entity: Entity) -> QuerySet[NameProposal]:
    mentions = Mention.objects.filter(entity=entity, article=OuterRef("article")).exclude(confirmed=False)
    there = mentions.filter(start__lt=OuterRef("end"), end__gt=OuterRef("start"))
    return NameProposal.objects.filter(Exists(there), state=State.WAITING)


def _accept(
    changes: Changes,
    proposals: QuerySet[NameProposal],
    entity: Entity,
    action: str,
    by: AbstractBaseUser | None,
    elsewhere: bool,
) -> NameDecision:
    found = _waiting(proposals)
    _add_names(changes, entity, found, elsewhere)
    # The same name elsewhere in an article means the same there, proposed or not.
    along = NameProposal.objects.filter(
        article__in={proposal.article_id for proposal in found},
        key__in={proposal.key for proposal in found},
        state=State.WAITING,
        start__isnull=False,
    )
    found = list({one.pk: one for one in (*found, *along.select_for_update())}.values())
    mentions = link(changes, found, entity)
    _decide(changes, found, State.ACCEPTED, by)
    changes.set(NameProposal.objects.filter(pk__in=[one.pk for one in found]), entity_id=entity.pk)
    for proposal in found:
        changes.set(NameProposal.objects.filter(pk=proposal.pk), mention_id=mentions.get(proposal.pk))
    changes.delete(_where_mentioned(entity).filter(article__in={proposal.article_id for proposal in found}))
    return _keep(changes, found[0].name, action, by, entity)


def _waiting(proposals: QuerySet[NameProposal]) -> list[NameProposal]:
    waiting = proposals.filter(state=State.WAITING, start__isnull=False).order_by("-confidence", "pk")
    if not (found := list(waiting.select_for_update(of=("self",))[:MAX_DECIDED])):
        raise DecisionError(_("This has been decided already, or the text has changed."))
    return found


def _decide(changes: Changes, proposals: Sequence[NameProposal], state: str, by: AbstractBaseUser | None) -> None:
    rows = NameProposal.objects.filter(pk__in=[proposal.pk for proposal in proposals])
    changes.set(rows, state=state, decided_by_id=by.pk if by else None, decided_at=timezone.now())


def _keep(
    changes: Changes, name: str, action: str, by: AbstractBaseUser | None, entity: Entity | None = None
) -> NameDecision:
    return NameDecision.objects.create(name=name, action=action, entity=entity, changes=changes.steps, made_by=by)


def _add_names(changes: Changes, entity: Entity, proposals: Sequence[NameProposal], elsewhere: bool) -> None:
    """Let ENTITY be known by the names of PROPOSALS; one that is an ordinary word too is never linked by itself.

    Nor is one that does not mean it ELSEWHERE.
    """
    known = set(entity.aliases.values_list("key", flat=True))
    names = {proposal.key: proposal for proposal in proposals if proposal.key not in known}
    changes.create(
        Alias(
            entity=entity,
            name=proposal.name,
            script=Alias.Script.of(proposal.name),
            ambiguous=not elsewhere or proposal.reason == NameProposal.Reason.HOMOGRAPH,
        )
        for proposal in names.values()
    )


def _steps_to_undo(decision: NameDecision) -> Steps:
    """What DECISION changed; but an entity that it made stays, with its names, where others have chosen it since."""
    made = [key for step in decision.changes if step[:2] == ["created", "archive.mention"] for key in step[2]]
    others = Mention.objects.filter(entity=decision.entity, confirmed=True).exclude(pk__in=made)
    if decision.action != Action.CREATE or not others.exists():
        return decision.changes
    names = (["created", "archive.entity"], ["created", "archive.alias"])
    return [step for step in decision.changes if step[:2] not in names]


# --- Mentions in an article --------------------------------------------------------------------------------------


def confirm_mention(mention: Mention) -> None:
    Mention.objects.filter(pk=mention.pk).update(confirmed=True)


def refuse_mention(mention: Mention) -> None:
    """Say that MENTION is not of its entity: readers do not see it, and it is not found there again."""
    Mention.objects.filter(pk=mention.pk).update(confirmed=False)


@transaction.atomic
def refuse_in_article(article: Article, entity: Entity) -> None:
    """Say that ENTITY is nowhere in ARTICLE, nor will be found in it; what editors said or added before stays."""
    mentions = Mention.objects.filter(article=article, entity=entity)
    mentions.filter(confirmed=None).exclude(method=Mention.Method.EDITOR).update(confirmed=False)
    if not mentions.filter(start=None).exists():
        Mention.objects.create(article=article, entity=entity, confirmed=False)
