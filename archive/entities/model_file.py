"""A tagger as one file: its weights, the names it has heard of, its clusters of words, and what it was made from."""

import json
import zipfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from io import BytesIO
from typing import NamedTuple

from archive.entities.crf import Weights, packed, unpacked
from archive.exceptions import OldModelError

_TRANSITIONS, _FEATURES = "transitions.tsv", "features.tsv"
_PARTS, _NAMES, _COMMON = "parts.tsv", "names.tsv", "common.tsv"
_CLUSTERS, _ABOUT = "clusters.tsv", "about.json"
_SAME_DATE = (1980, 1, 1, 0, 0, 0)
"""Of every file in a model, so that the same training makes the same file."""


class ModelFile(NamedTuple):
    """What a model is made of; PARTS, NAMES, COMMON and CLUSTERS as `Lexicon` and `FeatureMaker` take them."""

    weights: Weights
    parts: Collection[tuple[str, str, int]]
    names: Collection[tuple[str, str]]
    common: Collection[tuple[str, int]]
    clusters: Mapping[str, int]
    about: dict

    def packed(self) -> bytes:
        """As one file, the same for the same content."""
        out = BytesIO()
        contents = {
            _TRANSITIONS: _lines((*pair, weight) for pair, weight in self.weights.transitions.items()),
            _FEATURES: _lines((feature, *_scores(weight)) for feature, weight in self.weights.features.items()),
            _PARTS: _lines(self.parts),
            _NAMES: _lines(self.names),
            _COMMON: _lines(self.common),
            _CLUSTERS: _lines(self.clusters.items()),
            _ABOUT: json.dumps(self.about, ensure_ascii=False, indent=1, sort_keys=True).encode(),
        }
        with zipfile.ZipFile(out, "w") as archive:
            for name, content in contents.items():
                archive.writestr(zipfile.ZipInfo(name, _SAME_DATE), content, zipfile.ZIP_LZMA)
        return out.getvalue()

    @classmethod
    def unpacked(cls, content: bytes) -> "ModelFile":
        """Raises OldModelError where CONTENT was made by an earlier version, whose features were others."""
        with zipfile.ZipFile(BytesIO(content)) as archive:
            if _FEATURES not in archive.namelist():
                raise OldModelError
            tables = (_TRANSITIONS, _FEATURES, _PARTS, _NAMES, _COMMON, _CLUSTERS)
            rows = {name: _rows(archive.read(name)) for name in tables}
            return cls(
                Weights(
                    {(one, other): float(weight) for one, other, weight in rows[_TRANSITIONS]},
                    {feature: packed(int(score or 0) for score in scores) for feature, *scores in rows[_FEATURES]},
                ),
                [(word, part, int(count)) for word, part, count in rows[_PARTS]],
                [(name, kind) for name, kind in rows[_NAMES]],
                [(word, int(common)) for word, common in rows[_COMMON]],
                {word: int(cluster) for word, cluster in rows[_CLUSTERS]},
                json.loads(archive.read(_ABOUT)),
            )


def _scores(weight: int) -> list[int | str]:
    """What is packed in WEIGHT for each of LABELS, nothing for none."""
    nothing = unpacked(0)[0]
    return [score - nothing or "" for score in unpacked(weight)]


def _lines(rows: Iterable[Sequence[object]]) -> bytes:
    return "".join("\t".join(map(str, row)) + "\n" for row in rows).encode()


def _rows(content: bytes) -> list[list[str]]:
    return [line.split("\t") for line in content.decode().splitlines()]
