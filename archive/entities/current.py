"""The tagger that proposes names in this archive now, and the names that the archive knows."""

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from django.db.models import Max

from archive.entities.labelled import KINDS
from archive.entities.model_file import ModelFile
from archive.entities.tagging import Model, shipped_model
from archive.exceptions import OldModelError
from archive.models import Alias, Entity, NameChange, NameModel
from archive.text.tokenize import skeleton

MIN_BONES = 4
"""Names of fewer consonants are alike by chance."""


class KnownNames:
    """The archive's NAMES, folded, each with the kind and the id of whose it is."""

    def __init__(self, names: Iterable[tuple[str, str, int]]):
        self.names = [(key, kind, entity_id) for key, kind, entity_id in names if key]
        self._same: defaultdict[str, set[int]] = defaultdict(set)
        self._alike: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        self._surnamed: defaultdict[str, set[int]] = defaultdict(set)
        for key, kind, entity_id in self.names:
            self._same[key].add(entity_id)
            self._alike[_bones(key), kind].add(entity_id)
            if kind == Entity.Kind.PERSON:
                for surname in _surnames(key):
                    self._surnamed[surname].add(entity_id)

    def owners(self, key: str) -> set[int]:
        """The ids of those who have the folded name KEY."""
        return self._same.get(key, set())

    def nearest(self, key: str, kind: str) -> int | None:
        """Whom of KIND the folded name KEY likely means: by it, its consonants, or a surname; None if unsure."""
        bones = _bones(key)
        for found in (
            self._same.get(key),
            self._alike.get((bones, kind)) if len(bones) >= MIN_BONES else None,
            self._surnamed.get(key) if kind == Entity.Kind.PERSON else None,
        ):
            if found:
                return next(iter(found)) if len(found) == 1 else None
        return None


def known_names() -> KnownNames:
    """The archive's, read again when some have changed."""
    return _known_names(*NameChange.state())


def current_model() -> Model:
    """The newest that was trained here, or the one that ships; it has heard of the archive's names.

    One that an earlier version trained says nothing to this one; `train_names` makes another.
    """
    newest = NameModel.objects.aggregate(newest=Max("pk"))["newest"]
    return _model(newest, *NameChange.state())


def base_model() -> Model:
    """The one that ships, with the archive's names."""
    return _model(None, *NameChange.state())


@lru_cache(maxsize=1)
def _known_names(count: int, newest: int | None) -> KnownNames:
    rows = Alias.objects.filter(entity__kind__in=KINDS).order_by("pk")
    return KnownNames(rows.values_list("key", "entity__kind", "entity_id"))


@lru_cache(maxsize=2)
def _model(pk: int | None, count: int, newest: int | None) -> Model:
    names = [(key, kind) for key, kind, _entity_id in _known_names(count, newest).names]
    if pk is None:
        return shipped_model().with_names(names)
    base = _model(None, count, newest)
    try:
        file = ModelFile.unpacked(bytes(NameModel.objects.values_list("content", flat=True).get(pk=pk)))
    except OldModelError:
        return base
    return Model(file, base=base).with_names(names)


def _bones(key: str) -> str:
    """The consonants of a folded name, however it is divided: «دي ميستورا» and «ديمستورا» have the same."""
    return skeleton(key.replace(" ", ""))


def _surnames(key: str) -> set[str]:
    """What may stand for a folded name: all but the given one («دي ميستورا»), and the last word."""
    _given, _space, rest = key.partition(" ")
    return {rest, rest.split()[-1]} if rest else set()
