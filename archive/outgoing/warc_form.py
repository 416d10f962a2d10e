"""The form of a record in a web archive (WARC): a line of its version, its fields, and its block."""

from collections.abc import Iterable

MEDIA_TYPE = "application/warc"
"""What bytes are that are such a record as a whole; their address and their moment are in its fields."""

END = b"\r\n\r\n"

Fields = list[tuple[str, str]]


def beginning(version: str, fields: Iterable[tuple[str, str]]) -> bytes:
    """Return what stands before the block of a record of VERSION (`WARC/1.1`) with FIELDS."""
    return "\r\n".join([version, *(f"{name}: {value}" for name, value in fields), "", ""]).encode("utf-8", "replace")


def taken_apart(record: bytes) -> tuple[Fields, bytes]:
    """Return the fields and the block of RECORD, which `beginning` and END are around."""
    head, _, block = record.partition(END)
    lines = head.decode("utf-8", "replace").split("\r\n")[1:]
    return [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)], block.removesuffix(
        END
    )
