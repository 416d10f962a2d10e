"""Which of the pages at one address a reader gets: by language, settings, and whether a banner was closed.

Nothing else that a request says makes a page another, so that unknown cookies make no more of them to keep.
"""

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from archive.models import Banner
from archive.preferences import Preferences

API_PREFIX = "/api/"
DISMISSED_BANNER_COOKIE = "dismissed_banner"


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith(API_PREFIX)


def interface_language(request: HttpRequest) -> str:
    """The language that REQUEST's reader chose; Arabic until then."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def accepted_language(request: HttpRequest) -> str:
    """The first of our languages that Accept-Language names; Arabic without it, whatever the site's cookie says."""
    for code, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def has_closed(request: HttpRequest, banner: Banner | None) -> bool:
    """Whether REQUEST's reader has closed BANNER."""
    return bool(banner and banner.dismissible and request.COOKIES.get(DISMISSED_BANNER_COOKIE) == str(banner.pk))


def page_variant(request: HttpRequest, banner: Banner | None) -> tuple:
    """What tells the answer to REQUEST from others of the same address, BANNER being what stands over it."""
    if is_api(request):
        language = translation.get_language_from_request(request), accepted_language(request)
    else:
        language = interface_language(request)
    return language, Preferences.of_reader(request.COOKIES).key, has_closed(request, banner)
