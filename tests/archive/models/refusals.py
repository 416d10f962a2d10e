"""What the database refuses, and why."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction


def refusal_of(write: Callable[[], object]) -> str:
    """The name of the constraint that refuses WRITE."""
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        write()
    return refused.value.__cause__.diag.constraint_name
