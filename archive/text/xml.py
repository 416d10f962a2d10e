"""Text that may stand in XML."""

import re

# XML 1.0 has no way to write these, not even escaped. C1 controls are allowed, but no reader wants them.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def xml_text(text: str) -> str:
    """Return TEXT without the characters that would break an XML document."""
    return _FORBIDDEN.sub("", text)
