"""Training a tagger on labelled texts."""

import tempfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

import pycrfsuite

from archive.entities.features import FeatureMaker, Word, sentences
from archive.entities.labelled import OUTSIDE, LabelledText, Span
from archive.entities.lexicon import Lexicon
from archive.entities.tagging import Model, ModelFile

ROUNDS = 120
PENALTIES = {"c1": 0.1, "c2": 0.05}
"""How strongly weights are held small (c2), and useless ones at nothing (c1)."""


def train(
    texts: Iterable[LabelledText],
    *,
    parts: Collection[tuple[str, str, int]],
    names: Collection[tuple[str, str]],
    clusters: Mapping[str, int],
    about: dict,
    base: Model | None = None,
    archive_names: Collection[tuple[str, str]] = (),
) -> ModelFile:
    """Return a model trained on TEXTS, which leans on the labels of BASE if one is given.

    PARTS, NAMES and CLUSTERS are kept in it; ARCHIVE_NAMES are known only while it is trained, as they are known
    wherever it is used.
    """
    maker = FeatureMaker(Lexicon(parts, names).with_names(archive_names), clusters)
    trainer = pycrfsuite.Trainer("lbfgs", verbose=False)
    trainer.set_params({**PENALTIES, "max_iterations": ROUNDS, "feature.possible_transitions": True})
    for text in texts:
        article = list(sentences(text.text))
        features = maker.of(article, base and base.labels(article))
        for sentence, of_words in zip(article, features, strict=True):
            if _is_decided(sentence, text.decided):
                trainer.append(of_words, labels_of(sentence, text.names))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "weights.crf")
        trainer.train(str(path))
        return ModelFile(path.read_bytes(), parts, names, clusters, about)


def labels_of(sentence: Sequence[Word], names: Sequence[Span]) -> list[str]:
    """The label of each word of SENTENCE; NAMES are those of its text, by character offsets."""
    labels = []
    last: Span | None = None
    for word in sentence:
        name = next((name for name in names if word.start < name.end and name.start < word.end), None)
        labels.append(OUTSIDE if name is None else f"{'I' if name == last else 'B'}-{name.kind}")
        last = name
    return labels


def _is_decided(sentence: Sequence[Word], decided: Sequence[tuple[int, int]] | None) -> bool:
    if decided is None:
        return True
    return any(sentence[0].start < end and start < sentence[-1].end for start, end in decided)
