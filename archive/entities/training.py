"""Training a tagger on labelled texts."""

import re
import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path

import pycrfsuite

from archive.entities.crf import LABELS, UNIT, Weights, packed
from archive.entities.features import FeatureMaker, Word, sentences
from archive.entities.labelled import OUTSIDE, LabelledText, Span
from archive.entities.lexicon import Lexicon
from archive.entities.model_file import ModelFile
from archive.entities.tagging import Model

ROUNDS = 120
PENALTIES = {"c1": 0.1, "c2": 0.05}
"""How strongly weights are held small (c2), and useless ones at nothing (c1)."""

_TELLS_THE_WORD = re.compile("(?:w|p|st|pair|[bs][2-4])=")


def train(
    texts: Iterable[LabelledText],
    *,
    parts: Collection[tuple[str, str, int]],
    names: Collection[tuple[str, str]],
    clusters: Mapping[str, int],
    common: Collection[tuple[str, int]] = (),
    about: dict,
    base: Model | None = None,
    archive_names: Collection[tuple[str, str]] = (),
) -> ModelFile:
    """Return a model trained on TEXTS, which leans on the labels of BASE if one is given.

    PARTS, NAMES, COMMON and CLUSTERS are kept in it; ARCHIVE_NAMES are known only while it is trained, as they are
    known wherever it is used. Without BASE, every sentence is learned from twice: as it is, and as if no word of its
    names had been seen before, for many names in the news were not.
    """
    maker = FeatureMaker(Lexicon(parts, names, common).with_names(archive_names), clusters)
    trainer = pycrfsuite.Trainer("lbfgs", verbose=False)
    trainer.set_params({**PENALTIES, "max_iterations": ROUNDS, "feature.possible_transitions": True})
    for text in texts:
        article = list(sentences(text.text))
        features = maker.of(article, base and base.labels(article))
        for sentence, of_words in zip(article, features, strict=True):
            if _is_decided(sentence, text.decided):
                labels = labels_of(sentence, text.names)
                spelled = [[*chain(*bundles)] for bundles in of_words]
                trainer.append(spelled, labels)
                if base is None:
                    trainer.append([*map(_as_unknown, spelled, labels)], labels)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "weights.crf")
        trainer.train(str(path))
        return ModelFile(_weights(path), parts, names, common, clusters, about)


def labels_of(sentence: Sequence[Word], names: Sequence[Span]) -> list[str]:
    """The label of each word of SENTENCE; NAMES are those of its text, by character offsets."""
    labels = []
    last: Span | None = None
    for word in sentence:
        name = next((name for name in names if word.start < name.end and name.start < word.end), None)
        labels.append(OUTSIDE if name is None else f"{'I' if name == last else 'B'}-{name.kind}")
        last = name
    return labels


def _as_unknown(features: Sequence[str], label: str) -> Sequence[str]:
    """FEATURES of a word, without those that tell which word it is if its LABEL is in a name."""
    return features if label == OUTSIDE else [one for one in features if not _TELLS_THE_WORD.match(one)]


def _weights(path: Path) -> Weights:
    """What CRFsuite learned and wrote to the file at PATH."""
    tagger = pycrfsuite.Tagger()
    tagger.open(str(path))
    learned = tagger.info()
    labels = sorted({OUTSIDE, *learned.labels})
    scores: defaultdict[str, list[int]] = defaultdict(lambda: [0] * len(LABELS))
    for (feature, label), weight in sorted(learned.state_features.items()):
        scores[feature][LABELS.index(label)] = round(weight * UNIT)
    return Weights(
        {(one, other): learned.transitions.get((one, other), 0.0) for one in labels for other in labels},
        {feature: packed(of_labels) for feature, of_labels in scores.items() if any(of_labels)},
    )


def _is_decided(sentence: Sequence[Word], decided: Sequence[tuple[int, int]] | None) -> bool:
    if decided is None:
        return True
    return any(sentence[0].start < end and start < sentence[-1].end for start, end in decided)
