"""Errors that a caller in another package may catch."""


class SijillError(Exception):
    """The base of this project's own errors; its text is a sentence for the person who reads it."""


class IngestError(SijillError):
    """An input that cannot be read as articles: the record is set aside with this reason."""


class HostBusyError(SijillError):
    """A host of the web cannot be asked now: others ask it, or it wants a longer pause than anybody waits for."""


class HubError(SijillError):
    """A WebSub hub did not take what it was told."""


class RebuildError(SijillError):
    """The search index cannot be rebuilt now."""


class RestoreError(SijillError):
    """An export cannot be restored; nothing was written."""


class BackupError(SijillError):
    """A backup cannot be made, is not whole, or cannot be restored here."""


class TooFewDecisionsError(SijillError):
    """Editors have decided about too few names to learn from: DECISIONS, where it takes NEEDED."""

    def __init__(self, decisions: int, needed: int):
        super().__init__(f"{decisions} decisions, {needed} needed")
        self.decisions = decisions
        self.needed = needed


class OldModelError(SijillError):
    """A model was made by an earlier version, which saw other things of each word: it is to be trained anew."""


class DecisionError(SijillError):
    """What an editor decided cannot be done, or undone, as things are now; nothing was changed."""


class PurgeError(SijillError):
    """A cache in front of the site could not be told which pages are stale."""


class PictureError(SijillError):
    """A file cannot be taken as a picture."""


class EnoughSubscriptionsError(SijillError):
    """A subscriber has as many subscriptions as one can have; nothing was changed."""


class DeliveryError(SijillError):
    """A message was not delivered; its text is what the channel said.

    With MAY_BE_OURS many of them in a row tell of a fault of ours, though each speaks of its own message.
    """

    def __init__(self, text: str, *, may_be_ours: bool = False):
        super().__init__(text)
        self.may_be_ours = may_be_ours


class DeliveryDelayedError(DeliveryError):
    """Not now: the message is tried again, ever later."""


class DeliveryRefusedError(DeliveryError):
    """This message never; another may well be taken."""


class AddressRefusedError(DeliveryError):
    """Nothing reaches this address any more."""


class ChannelDownError(DeliveryError):
    """The channel itself does not work: all its messages wait, and with PAUSE until an operator has seen to it."""

    def __init__(self, text: str, *, pause: bool = False):
        super().__init__(text)
        self.pause = pause


class PersonalDataError(SijillError):
    """What is kept of a person cannot be erased; nothing was."""
