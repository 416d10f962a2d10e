"""What answers have in common: moments, pages of a list, stretches of text, and what is wrong with a request."""

from datetime import UTC, datetime
from typing import Annotated

from django.utils.translation import gettext_noop as _
from ninja import Field, Schema

Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]


class Problem(Schema):
    field: str | None = Field(description=_("The parameter; null when none is to blame."))
    message: str


class Problems(Schema):
    detail: list[Problem]


class Count(Schema):
    value: int
    exact: bool = Field(description=_("False when the number is an estimate."))


class Page(Schema):
    count: Count
    page: int
    page_size: int


class Stretch(Schema):
    start: int
    end: int


def page_answer(results: list[dict], total: int, page: int, page_size: int, *, exact: bool = True) -> dict:
    """RESULTS as a PAGE of a list of TOTAL; with EXACT false, of about so many."""
    return {"count": {"value": total, "exact": exact}, "page": page, "page_size": page_size, "results": results}


def utc(moment: datetime) -> str:
    """MOMENT in ISO 8601, in UTC, to the second."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"
