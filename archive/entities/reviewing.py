"""What waits at the review desk: proposals of names, the surest first, those of one name and meaning together."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Greatest, Substr
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from archive.models import Alias, Entity, NameProposal
from archive.text.dates import format_number
from archive.text.sentences import MAX_SENTENCE_CHARS, Passage, passage_around

GROUPS_PER_PAGE = 25
SHOWN_PLACES = 4
MAX_COUNTED = 10_000
ROWS_PER_LOOK = 200
MAX_LOOKS = 20
SAMENESS = ("key", "kind", "reason", "entity")


@dataclass(frozen=True)
class Place:
    """Where a name was proposed: the proposal, with its article, and the sentence around it."""

    proposal: NameProposal
    sentence: Passage


@dataclass(frozen=True)
class Group:
    """Proposals of one name that likely mean the same: the surest, some OTHERS, and in how many articles they are.

    ENTITY is whom they likely mean, if that is known; IS_ITS_NAME says that it has just this name.
    """

    first: Place
    others: Sequence[Place]
    article_count: int
    entity: Entity | None
    is_its_name: bool

    @property
    def proposal(self) -> NameProposal:
        return self.first.proposal


def waiting(*, kind: str = "", reason: str = "", section: int | None = None) -> QuerySet[NameProposal]:
    """The proposals that wait, narrowed to a KIND, a REASON, a SECTION's articles."""
    wanted = {"kind": kind, "reason": reason, "article__section": section}
    proposals = NameProposal.objects.filter(state=NameProposal.State.WAITING, start__isnull=False)
    return proposals.filter(**{name: value for name, value in wanted.items() if value})


def count_waiting(rows: QuerySet) -> int:
    """How many ROWS there are; more than MAX_COUNTED are MAX_COUNTED + 1."""
    return rows.order_by()[: MAX_COUNTED + 1].count()


def shown_count(count: int) -> str:
    """COUNT as a line of the admin says it, which may be more than was counted."""
    number = format_number(min(count, MAX_COUNTED), get_language())
    return _("more than %(count)s") % {"count": number} if count > MAX_COUNTED else number


def alike(one: NameProposal) -> QuerySet[NameProposal]:
    """The proposals that wait, ONE among them, that are of its name and likely mean the same."""
    return waiting().filter(_any_of([_sameness_of(one)]))


def is_the_only_one(one: NameProposal, entity: Entity | None) -> bool:
    """Whether ONE only seems a name, was found in no other article, and nobody but ENTITY, if anybody, has its name.

    What was decided in other articles counts, for it tells of them alone; what was rejected there is no name.
    """
    others = NameProposal.objects.filter(key=one.key).exclude(article=one.article_id)
    return (
        one.reason == NameProposal.Reason.UNKNOWN
        and not others.exclude(state=NameProposal.State.REJECTED).exists()
        and not Alias.objects.filter(key=one.key).exclude(entity=entity).exists()
    )


def groups(proposals: QuerySet[NameProposal], *, without: Collection[int] = ()) -> list[Group]:
    """The first groups of PROPOSALS; those of the proposals WITHOUT, which were put off, are left out.

    What is alike is counted, and shown, in the whole archive.
    """
    put_off = set(NameProposal.objects.filter(pk__in=without).values_list(*SAMENESS))
    firsts = list(_with_text(NameProposal.objects.filter(pk__in=list(_first_of_groups(proposals, put_off)))))
    members = waiting().filter(_any_of(map(_sameness_of, firsts))).order_by()
    counts = {
        tuple(sameness): count
        for *sameness, count in members.values_list(*SAMENESS).annotate(count=Count("article", distinct=True))
    }
    entities = Entity.objects.in_bulk({first.entity_id for first in firsts} - {None})
    named = Alias.objects.filter(entity__in=entities, key__in={first.key for first in firsts})
    names = set(named.values_list("entity", "key"))
    return [
        Group(
            first=_place(first),
            others=[_place(other) for other in _others(first)] if counts[_sameness_of(first)] > 1 else [],
            article_count=counts[_sameness_of(first)],
            entity=entities.get(first.entity_id),
            is_its_name=(first.entity_id, first.key) in names,
        )
        for first in firsts
    ]


def _first_of_groups(proposals: QuerySet[NameProposal], seen: set[tuple]) -> Iterator[int]:
    """Yield the key of the surest of each group that was not SEEN, read along an index until there are enough."""
    wanted = GROUPS_PER_PAGE
    for _look in range(MAX_LOOKS):
        left = proposals.exclude(_any_of(seen)).order_by("-confidence", "pk")
        rows = list(left.values_list("pk", *SAMENESS)[:ROWS_PER_LOOK])
        for pk, *sameness in rows:
            if wanted and tuple(sameness) not in seen:
                seen.add(tuple(sameness))
                wanted -= 1
                yield pk
        if not wanted or len(rows) < ROWS_PER_LOOK:
            return


def _others(first: NameProposal) -> QuerySet[NameProposal]:
    return _with_text(alike(first).exclude(article=first.article_id))[: SHOWN_PLACES - 1]


def _with_text(proposals: QuerySet[NameProposal]) -> QuerySet[NameProposal]:
    """PROPOSALS, the surest first, with their articles, of whose texts they have what stands around them."""
    around = Substr("article__text", Greatest(F("start") - MAX_SENTENCE_CHARS + 1, 1), 3 * MAX_SENTENCE_CHARS)
    articles = proposals.select_related("article").defer("article__body", "article__text", "article__summary")
    return articles.annotate(around=around).order_by("-confidence", "pk")


def _place(proposal: NameProposal) -> Place:
    cut = max(proposal.start - MAX_SENTENCE_CHARS, 0)
    return Place(proposal, passage_around(proposal.around, proposal.start - cut, proposal.end - cut))


def _sameness_of(proposal: NameProposal) -> tuple:
    return (proposal.key, proposal.kind, proposal.reason, proposal.entity_id)


def _any_of(samenesses: Iterable[tuple]) -> Q:
    condition = Q(pk__in=[])
    for sameness in samenesses:
        condition |= Q(**dict(zip(SAMENESS, sameness, strict=True)))
    return condition
