"""What goes wrong, always in one shape: {"detail": [{"field": … or null, "message": …}]}."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja.errors import ValidationError

from archive.forms import InputProblem
from archive.search.limits import TOO_LONG_STATUS, SearchTimeoutError


class InvalidInputError(Exception):
    """Parameters that cannot be used: 422 with PROBLEMS."""

    def __init__(self, problems: Iterable[InputProblem]):
        self.problems = list(problems)
        super().__init__(self.problems)


class UnknownRecordError(Exception):
    """No such record, or none that readers may see: 404 with the sentence; FIELD is what names it in the address."""

    def __init__(self, message: str, *, field: str = "id"):
        super().__init__(message)
        self.field = field


def problems_response(problems: Iterable[InputProblem], *, status: int) -> HttpResponse:
    detail = [{"field": problem.field, "message": problem.message} for problem in problems]
    return JsonResponse({"detail": detail}, status=status, json_dumps_params={"ensure_ascii": False})


def error_response(message: str, *, status: int, field: str | None = None) -> HttpResponse:
    return problems_response([InputProblem(field, message)], status=status)


def on_invalid_input(request: HttpRequest, error: InvalidInputError) -> HttpResponse:
    return problems_response(error.problems, status=422)


def on_unknown_record(request: HttpRequest, error: UnknownRecordError) -> HttpResponse:
    return error_response(str(error), status=404, field=error.field)


def on_invalid_path(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Only ids reach django-ninja's own validation: every other parameter goes through a form."""
    return error_response(_("The id must be a whole number."), status=422, field="id")


def on_search_timeout(request: HttpRequest, error: SearchTimeoutError) -> HttpResponse:
    return error_response(
        _("The search would take too long: ask for less common words."), status=TOO_LONG_STATUS, field="q"
    )


def unknown_address(request: HttpRequest) -> HttpResponse:
    return error_response(_("The API has no such address; see /api/v1/docs."), status=404)
