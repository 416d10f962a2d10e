"""What every page shows around its own content."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from archive import preferences
from archive.caching.chrome import chrome_of
from archive.caching.variants import has_closed
from archive.models import Banner, SocialAccount, Subscription
from archive.subscriptions.channels import push, whatsapp
from archive.subscriptions.wording import subject


def site_context(request: HttpRequest) -> dict:
    """The site's settings, sections, banner and accounts, queried when a template asks; and the reader's settings."""
    return {
        "site": SimpleLazyObject(lambda: chrome_of(request).site),
        "sections": SimpleLazyObject(lambda: chrome_of(request).sections),
        "banner": SimpleLazyObject(lambda: _banner(request)),
        "section_here": _section_here(request),
        "social_accounts": SimpleLazyObject(lambda: chrome_of(request).accounts),
        "preferences": preferences.active(),
        "subscriptions": settings.SUBSCRIPTIONS,
        "subscription_times": Subscription.When.choices,
        "section_subjects": SimpleLazyObject(lambda: [subject(section) for section in chrome_of(request).sections]),
        "ways": SimpleLazyObject(lambda: _ways(request)),
    }


def _section_here(request: HttpRequest) -> str:
    """The slug of the section whose page this is; empty on others."""
    match = request.resolver_match
    return match.kwargs.get("slug", "") if match and match.view_name.startswith("archive:section-") else ""


def _ways(request: HttpRequest) -> dict[str, bool]:
    """Beside the newsletter, where readers can be told of news: by messages, or at least by a channel on WhatsApp."""
    has_channel = any(one.network == SocialAccount.Network.WHATSAPP for one in chrome_of(request).accounts)
    sends = whatsapp.is_on()
    return {"whatsapp": sends or has_channel, "whatsapp_messages": sends, "push": push.is_on()}


def _banner(request: HttpRequest) -> Banner | None:
    """The most urgent banner, unless this reader has closed it."""
    banner = chrome_of(request).banner(timezone.now())
    return None if has_closed(request, banner) else banner
