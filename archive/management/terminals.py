"""What may be written to a terminal."""

import re

# What a record or a file's name may hold and a terminal would obey, or cannot take.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def printable(line: str) -> str:
    return _UNPRINTABLE.sub("�", line)
