"""How a subscription is named to its subscriber and to editors."""

from dataclasses import dataclass
from typing import NamedTuple

from django.utils.http import urlencode
from django.utils.translation import get_language_bidi, gettext_lazy
from django.utils.translation import gettext as _

from archive.models import Channel, Entity, SavedSearch, Section, Story, Subscription
from archive.subscriptions.enrolment import Target
from archive.text.direction import isolated

What, When = Subscription.What, Subscription.When


def described(target: Target) -> str:
    """Return what one is told of, in the active language: the news of TARGET, all where it is None."""
    match target:
        case None:
            return _("All news")
        case SavedSearch():
            return _("The search “%(query)s”") % {"query": target.text or target.query}
    return _named(target, _name(target))


def _name(target: Section | Entity | Story) -> str:
    return getattr(target, "label", str(target))


def _named(target: Section | Entity | Story, name: str) -> str:
    sentences = {
        "section": _("The section “%(name)s”"),
        "entity": _("News of “%(name)s”"),
        "story": _("The story “%(name)s”"),
    }
    return sentences[target._meta.model_name] % {"name": name}


class Subject(NamedTuple):
    """What may be subscribed to: QUERY names it, in addresses and in the short form; LABEL tells readers.

    A choice takes no markup: what in the label runs against the page is isolated.
    """

    query: str
    label: str


def subject(target: Section | Entity | Story) -> Subject:
    """Return TARGET as a subject, in the active language."""
    number = target.slug if isinstance(target, Section) else target.pk
    name = isolated(_name(target), right_to_left=get_language_bidi())
    return Subject(urlencode({target._meta.model_name: number}), _named(target, name))


@dataclass(frozen=True)
class Offer:
    """What stands over the form of a channel, its INVITATION, and under it, its PROMISE."""

    invitation: str
    promise: str

    @property
    def consent(self) -> str:
        """What is kept with the consent of whoever sends the form in."""
        return f"{self.invitation}\n{self.promise}"


def offer(channel: str) -> Offer:
    """What CHANNEL offers, in the active language."""
    match channel:
        case Channel.WHATSAPP:
            return Offer(
                _("Subscribe on WhatsApp to get the most important news the moment it is published."),
                _("We first send a message to confirm the number. You can leave at any time by sending “stop”."),
            )
        case Channel.PUSH:
            return Offer(
                _(
                    "Your browser can tell you of the most important news the moment it is published, "
                    "without an address."
                ),
                _("Your browser asks whether we may. You can take it back here or in the browser at any time."),
            )
    return Offer(
        _("Subscribe to the newsletter to get the most important news the moment it is published."),
        _("We first send a message to confirm the address. You can leave at any time with one click."),
    )


BUTTONS = {
    "confirm": gettext_lazy("Yes, subscribe me"),
    "address": gettext_lazy("Yes, this is my address"),
    "add": gettext_lazy("Subscribe"),
    "save": gettext_lazy("Save"),
    "end": gettext_lazy("Never: end it"),
    "language": gettext_lazy("Change the language"),
    "leave": gettext_lazy("Leave"),
    "leave_all": gettext_lazy("Leave everything"),
    "push_off": gettext_lazy("Turn notices off"),
}
"""What stands on the buttons, and in the boxes, by which readers agree to something or take it back; that is kept."""


def new_address_sentence() -> str:
    """What stands before a new address, over the button that confirms it."""
    return _("From now on we write to:")
