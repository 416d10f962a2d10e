"""The form of our own export: JSON Lines, with a line before and one after them.

The first line names the form and counts the rows of each kind; every other one is an object of a KIND and its ROW, or
a piece of a file; beside the row of an article stand, WITH it, names that its numbers mean. The last line holds how
many stand before it, and the SHA-256 of their bytes.
"""

FIRST_KIND = "sijill-export"
LAST_KIND = "end"
FILE_KIND = "file"
FORM_VERSION = 1
BEGINNING = b'{"kind":"sijill-export"'
"""How every export begins, byte for byte."""

LAST_BEGINS = b'{"kind":"end",'
"""How the last line begins, and no other."""

MAX_FIRST_LINE_BYTES = 64 * 1024
MAX_LINE_BYTES = 96 * 1024 * 1024
"""How long a line may be that has bytes in it: those of a message of 64 MiB, which does not shrink, in base64."""

MAX_ROW_BYTES = 32 * 1024 * 1024
"""How long any other line may be, and what stands beside the bytes of one that has some."""

MAX_CONTENT_BYTES = 256 * 1024 * 1024
"""How much may come out of what is kept compressed in a row."""
