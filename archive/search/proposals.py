"""What was learned from the archive, put before the editors: words of the same meaning that wait for a decision."""

from collections.abc import Callable, Iterable, Iterator

from django.db import transaction

from archive.models import Article, Synonym, SynonymGroup
from archive.models.fields import StemsField
from archive.search.learning import Proposal, Vocabulary, propose_plurals
from archive.search.same_words import shipped_words
from archive.text.tokenize import stems


def read_texts(max_articles: int) -> Callable[[], Iterator[str]]:
    """Return what yields the texts of MAX_ARTICLES published articles, evenly over the archive, each time anew."""
    published = Article.objects.published().order_by("pk")
    step = max(1, published.count() // max_articles)

    def texts() -> Iterator[str]:
        rows = published.values_list("title", "summary", "text").iterator(chunk_size=500)
        for number, row in enumerate(rows):
            if number % step == 0:
                yield "\n".join(row)

    return texts


def propose(vocabulary: Vocabulary, texts: Iterable[str], *, limit: int) -> list[Proposal]:
    """Put the LIMIT likeliest pairs of TEXTS in the place of those that nobody has decided on; return them."""
    pairs = {
        frozenset(pair)
        for group in SynonymGroup.objects.exclude(state=SynonymGroup.State.PROPOSED).prefetch_related("synonyms")
        for pair in _pairs([synonym.key for synonym in group.synonyms.all()])
    }

    def known(one: str, other: str) -> bool:
        shipped = shipped_words().get(tuple(stems(one)), [])
        return frozenset((StemsField.derive(one), StemsField.derive(other))) in pairs or any(
            [word.stem for word in words] == stems(other) for words in shipped
        )

    proposals = propose_plurals(vocabulary, texts, known)[:limit]
    _replace(proposals)
    return proposals


def _pairs(keys: list[str]) -> Iterator[tuple[str, str]]:
    return ((one, other) for one in keys for other in keys if one < other)


@transaction.atomic
def _replace(proposals: list[Proposal]) -> None:
    SynonymGroup.objects.filter(state=SynonymGroup.State.PROPOSED, origin=SynonymGroup.Origin.LEARNED).delete()
    for proposal in proposals:
        group = SynonymGroup.objects.create(
            state=SynonymGroup.State.PROPOSED, origin=SynonymGroup.Origin.LEARNED, score=proposal.likeness
        )
        Synonym.objects.bulk_create(Synonym(group=group, text=text) for text in proposal.texts)
