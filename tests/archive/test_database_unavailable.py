"""What is answered while the database is away."""

import pytest
from django.db import InterfaceError, OperationalError
from django.test import RequestFactory

from archive.middleware import RETRY_AFTER_SECONDS, DatabaseUnavailableMiddleware

AWAY = "الأرشيف لا يستجيب الآن</h1>"
NOT_KEPT = "لم يُحفظ ما أُرسل</h1>"


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
@pytest.mark.parametrize(("method", "said", "unsaid"), [("get", AWAY, NOT_KEPT), ("post", NOT_KEPT, AWAY)])
def test_reader_is_told_when_to_come_back_and_who_sent_a_form_that_it_is_not_kept(error, method, said, unsaid):
    request = getattr(RequestFactory(), method)("/newsletter/")
    response = DatabaseUnavailableMiddleware(None).process_exception(request, error())
    page = response.content.decode()

    assert (response.status_code, response.headers["Retry-After"]) == (503, str(RETRY_AFTER_SECONDS))
    assert (said in page, unsaid in page) == (True, False)


def test_other_errors_are_left_to_others():
    assert DatabaseUnavailableMiddleware(None).process_exception(RequestFactory().get("/"), ValueError()) is None
