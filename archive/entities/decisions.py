"""What editors decided about names, as texts that a tagger learns from: their decisions are the asset."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.db.models import Q

from archive.entities.labelled import KINDS, LabelledText, Span
from archive.entities.tagging import Model
from archive.models import Article, Mention, NameProposal, RefusedName
from archive.text.normalize import words

ARTICLES_PER_BATCH = 200

_IS_CONFIRMED = Q(confirmed=True) | Q(confirmed=None, method=Mention.Method.EDITOR)


def decided_texts(model: Model) -> Iterator[LabelledText]:
    """Yield the texts of the articles in which editors confirmed, added or rejected names at a place, in order.

    Between what was decided stand names that nobody decided about: those that are linked, and what MODEL finds.
    """
    confirmed = Mention.objects.filter(_IS_CONFIRMED, start__isnull=False).values("article")
    rejected = NameProposal.objects.filter(state=NameProposal.State.REJECTED, start__isnull=False).values("article")
    articles = Article.objects.filter(Q(pk__in=confirmed) | Q(pk__in=rejected)).order_by("pk")
    refused = frozenset(RefusedName.objects.values_list("key", flat=True))
    ids = list(articles.values_list("pk", flat=True))
    for start in range(0, len(ids), ARTICLES_PER_BATCH):
        batch = ids[start : start + ARTICLES_PER_BATCH]
        names = _decisions(batch)
        for pk, text in Article.objects.filter(pk__in=batch).order_by("pk").values_list("pk", "text"):
            yield _labelled(text, *names[pk], model, refused)


def _decisions(article_ids: Sequence[int]) -> dict[int, tuple[list[Span], list[Span], list[Span]]]:
    """For each article the names that were confirmed, those that are linked only, and those that were rejected."""
    found: defaultdict[int, tuple[list[Span], list[Span], list[Span]]] = defaultdict(lambda: ([], [], []))
    mentions = Mention.objects.filter(article__in=article_ids, start__isnull=False).exclude(confirmed=False)
    for article_id, start, end, kind, confirmed, method in mentions.values_list(
        "article", "start", "end", "entity__kind", "confirmed", "method"
    ):
        by_editor = confirmed or method == Mention.Method.EDITOR
        found[article_id][0 if by_editor else 1].append(Span(start, end, kind))
    rejected = NameProposal.objects.filter(
        article__in=article_ids, state=NameProposal.State.REJECTED, start__isnull=False
    )
    for article_id, start, end, kind in rejected.values_list("article", "start", "end", "kind"):
        found[article_id][2].append(Span(start, end, kind))
    return found


def _labelled(
    text: str,
    confirmed: Sequence[Span],
    linked: Sequence[Span],
    rejected: Sequence[Span],
    model: Model,
    refused: frozenset[str],
) -> LabelledText:
    """TEXT with its names: each place goes to what is surest of it, and what was rejected is no name."""
    guessed = [
        Span(name.start, name.end, name.kind)
        for name in model.find(text)
        if name.is_best and words(text[name.start : name.end]) not in refused
    ]
    taken: list[Span] = []
    for span in (*confirmed, *rejected, *linked, *guessed):
        if not any(span.start < other.end and other.start < span.end for other in taken):
            taken.append(span)
    names = sorted(span for span in taken if span not in rejected and span.kind in KINDS)
    # An event is decided about too, and none of the kinds that are learned.
    return LabelledText(text, names, sorted((span.start, span.end) for span in (*confirmed, *rejected)))
