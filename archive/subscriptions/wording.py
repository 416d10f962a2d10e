"""How a subscription is named to its subscriber and to editors."""

from django.utils.translation import gettext as _

from archive.models import SavedSearch, Subscription
from archive.subscriptions.enrolment import Target

What, When = Subscription.What, Subscription.When


def described(target: Target) -> str:
    """Return what one is told of, in the active language: the news of TARGET, all where it is None."""
    match target:
        case None:
            return _("All news")
        case SavedSearch():
            return _("The search “%(query)s”") % {"query": target.text or target.query}
    sentences = {
        "section": _("The section “%(name)s”"),
        "entity": _("News of “%(name)s”"),
        "story": _("The story “%(name)s”"),
    }
    return sentences[target._meta.model_name] % {"name": getattr(target, "label", str(target))}


def invitation() -> str:
    """What stands over the box for an address, and is kept with the consent of whoever fills it in."""
    return _("Subscribe to the newsletter to get the most important news the moment it is published.")


def promise() -> str:
    """What stands under it."""
    return _("We first send a message to confirm the address. You can leave at any time with one click.")


def agreement() -> str:
    """What stands on the button that confirms, and is kept with the consent."""
    return _("Yes, subscribe me")
