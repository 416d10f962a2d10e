"""What editors wrote in two languages, in that of the page."""

from django.utils.translation import get_language


def shown(arabic: str, english: str) -> str:
    """Return ENGLISH where there is one and the interface is English; else ARABIC."""
    return english if english and get_language() == "en" else arabic
