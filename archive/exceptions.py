"""Errors that a caller in another package may catch."""


class SijillError(Exception):
    """The base of this project's own errors; its text is a sentence for the person who reads it."""


class IngestError(SijillError):
    """An input that cannot be read as articles: the record is set aside with this reason."""


class HubError(SijillError):
    """A WebSub hub did not take what it was told."""


class RebuildError(SijillError):
    """The search index cannot be rebuilt now."""


class RestoreError(SijillError):
    """An export cannot be restored; nothing was written."""


class TooFewDecisionsError(SijillError):
    """Editors have decided about too few names to learn from: DECISIONS, where it takes NEEDED."""

    def __init__(self, decisions: int, needed: int):
        super().__init__(f"{decisions} decisions, {needed} needed")
        self.decisions = decisions
        self.needed = needed


class DecisionError(SijillError):
    """What an editor decided cannot be done, or undone, as things are now; nothing was changed."""
