"""Training the archive's own tagger on what its editors decided, and telling whether it is better."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from archive.entities.clusters import learn_clusters
from archive.entities.current import base_model, known_names
from archive.entities.decisions import decided_texts
from archive.entities.labelled import LabelledText, Span
from archive.entities.model_file import ModelFile
from archive.entities.tagging import Model
from archive.entities.training import train
from archive.exceptions import TooFewDecisionsError
from archive.models import NameModel

MIN_DECISIONS = 100
SET_ASIDE = 5
"""The last of so many articles is set aside, to measure on."""

CLUSTERED_WORDS = 12_000
CLUSTERS = 200
MIN_CLUSTERED_TEXTS = 1_000
"""The company of words in fewer texts says less than what is known from elsewhere."""


class Adapted(NamedTuple):
    """How many DECISIONS were learned from, and the shares of those set aside that are met before and after."""

    decisions: int
    before: float
    after: float

    @property
    def is_better(self) -> bool:
        return self.after > self.before


def adapt(texts: Sequence[str]) -> Adapted:
    """Train a tagger on the decisions in this archive and keep it, if it is better than the one that ships.

    TEXTS are some of the archive's, in whose words clusters are looked for. Raises TooFewDecisionsError.
    """
    base = base_model()
    labelled = list(decided_texts(base))
    decisions = sum(len(text.decided or ()) for text in labelled)
    if decisions < MIN_DECISIONS:
        raise TooFewDecisionsError(decisions, MIN_DECISIONS)
    clusters = (
        learn_clusters(texts, words=CLUSTERED_WORDS, clusters=CLUSTERS)
        if len(texts) >= MIN_CLUSTERED_TEXTS
        else base.resources()["clusters"]
    )
    kept = [text for number, text in enumerate(labelled, 1) if number % SET_ASIDE]
    aside = labelled[SET_ASIDE - 1 :: SET_ASIDE]
    trial = _model(_trained(kept, base, clusters), base)
    result = Adapted(decisions, share_met(base, aside), share_met(trial, aside))
    if result.is_better:
        content = _trained(labelled, base, clusters).packed()
        newest = NameModel.objects.create(content=content, decisions=decisions)
        NameModel.objects.exclude(pk=newest.pk).delete()
    return result


def share_met(model: Model, texts: Iterable[LabelledText]) -> float:
    """The share of the decisions in TEXTS that MODEL meets by itself: names as they are, and none where none is."""
    met = total = 0
    for text in texts:
        found = {Span(name.start, name.end, name.kind) for name in model.find(text.text) if name.is_best}
        names = {(name.start, name.end): name for name in text.names}
        for place in text.decided or ():
            total += 1
            if name := names.get(place):
                met += name in found
            else:
                met += not any(other.start < place[1] and place[0] < other.end for other in found)
    return met / total if total else 0.0


def _trained(texts: Sequence[LabelledText], base: Model, clusters: Mapping[str, int]) -> ModelFile:
    resources = base.resources() | {"clusters": clusters}
    return train(texts, **resources, about={}, base=base, archive_names=_archive_names())


def _model(file: ModelFile, base: Model) -> Model:
    return Model(file, base=base).with_names(_archive_names())


def _archive_names() -> list[tuple[str, str]]:
    return [(key, kind) for key, kind, _entity_id in known_names().names]
