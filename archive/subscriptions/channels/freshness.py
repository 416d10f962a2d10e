"""What has waited too long, on channels that disturb whoever carries them in their pocket."""

from datetime import datetime, timedelta

from archive.exceptions import DeliveryRefusedError
from archive.models import Delivery

MAX_AGE = timedelta(days=2)


def refuse_stale(delivery: Delivery, *, at: datetime) -> None:
    """Raise DeliveryRefusedError for a message that has waited too long, such as for a channel that was paused."""
    if delivery.created_at < at - MAX_AGE:
        raise DeliveryRefusedError("too old")
