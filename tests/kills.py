"""How often tests that kill programs do so: a few times, or as often as SIJILL_TEST_KILLS says, as in a drill."""

import os


def kills(few: int) -> int:
    return int(os.environ.get("SIJILL_TEST_KILLS") or few)
