"""What editors decided about words that may be names: of proposals, and of mentions."""

from collections import Counter
from collections.abc import Collection

from django.db.models import F
from django.db.models.functions import Substr

from archive.models import Mention, NameProposal
from archive.text.normalize import words


def decisions_about(
    keys: Collection[str], owners: Collection[int], *, newest: int | None = None
) -> Counter[tuple[str, bool]]:
    """How often editors said of each of the folded words KEYS that it is the name (True) of one of OWNERS, or is not.

    NEWEST bounds how many decisions about proposals are read, and how many about mentions.
    """
    counts: Counter[tuple[str, bool]] = Counter()
    proposals = NameProposal.objects.filter(key__in=keys).exclude(state=NameProposal.State.WAITING).order_by("-pk")
    for key, state in proposals.values_list("key", "state")[:newest]:
        counts[key, state == NameProposal.State.ACCEPTED] += 1
    # What an accepted proposal made has been counted.
    mentions = Mention.objects.filter(entity__in=owners, start__isnull=False, name_proposal=None).exclude(
        confirmed=None
    )
    surfaces = mentions.annotate(surface=Substr("article__text", F("start") + 1, F("end") - F("start")))
    for surface, confirmed in surfaces.order_by("-pk").values_list("surface", "confirmed")[:newest]:
        if (key := words(surface)) in keys:
            counts[key, confirmed] += 1
    return counts
