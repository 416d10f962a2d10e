"""The API answers as its own description says, whatever is asked of it: by schemathesis, which reads the description.

Other examples than these: script/test tests/archive/api/test_fuzzing.py --hypothesis-profile=default
"""

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from archive.api.openapi import openapi_schema
from archive.api.urls import api
from archive.models import Article, Dataset, Entity, Story

CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
"""Whether what is allowed is taken is left to the tests of each address: what a day is, no description of a type tells."""

OF_ADDRESSES = {"articles": Article, "entities": Entity, "stories": Story, "datasets": Dataset}

AS_IT_IS = {"Accept-Encoding": "identity"}
"""Its client asks for compressed answers, and unpacks none where there is no network."""

schema = schemathesis.openapi.from_dict(openapi_schema(api))
schema.app = WSGIHandler()


@pytest.fixture
def one_connection():
    """The test's own, which holds what the test has put in: a server would let go of it after each request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.long
@pytest.mark.usefixtures("demo_archive", "one_connection")
@schema.parametrize()
@settings(max_examples=10, deadline=None, database=None, suppress_health_check=list(HealthCheck))
def test_every_address_answers_as_it_says(case):
    case.call_and_validate(checks=CHECKS, headers=AS_IT_IS)
    if case.path_parameters:
        # The same of a thing that is there.
        model = OF_ADDRESSES[case.path.split("/")[3]]
        [name] = case.path_parameters
        known = model.objects.order_by("pk").first()
        case.path_parameters = {name: known.slug if name == "slug" else known.pk}
        case.call_and_validate(checks=CHECKS, headers=AS_IT_IS)
