"""What every page shows around its own content."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from archive import preferences
from archive.models import Banner, Section, SiteSettings, SocialAccount

DISMISSED_BANNER_COOKIE = "dismissed_banner"


def site_context(request: HttpRequest) -> dict:
    """The site's settings, sections, banner and accounts, queried when a template asks; and the reader's settings."""
    return {
        "site": SimpleLazyObject(lambda: SiteSettings.objects.first() or SiteSettings()),
        "sections": SimpleLazyObject(lambda: list(Section.objects.all())),
        "banner": SimpleLazyObject(lambda: _banner(request)),
        "social_accounts": SimpleLazyObject(lambda: list(SocialAccount.objects.all())),
        "preferences": preferences.active(),
    }


def _banner(request: HttpRequest) -> Banner | None:
    """The most urgent banner, unless this reader has closed it."""
    banner = Banner.objects.active().first()
    dismissed = request.COOKIES.get(DISMISSED_BANNER_COOKIE)
    return None if banner and banner.dismissible and str(banner.pk) == dismissed else banner
