"""How old the newest backup and its last drill are, and how full the disks, for Prometheus (docs/operating.md).

The folders themselves are looked at when the metrics are read: what nobody has made tells nothing by itself.
"""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from math import inf
from pathlib import Path

from django.conf import settings
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from archive.backups.store import Store, moment_of

DRILLED = "backup-drilled"
"""A file in the data folder, as old as the last drill that went well."""


def note_drill() -> None:
    """Note that a drill has just gone well. Raises OSError."""
    settings.DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    (settings.DATA_DIR / DRILLED).touch(mode=0o600)


class Backups(Collector):
    """The backups of this site, as they are at NOW, in seconds since the epoch."""

    def __init__(self, now: float):
        self.now = now

    def collect(self) -> Iterator[GaugeMetricFamily]:
        made, drilled = self._ages()
        told = "How long ago the newest whole backup is of; +Inf where none can be seen."
        yield GaugeMetricFamily("sijill_backup_age_seconds", told, value=made)
        told = "How long ago a drill went well; where none has, how old the oldest backup is."
        yield GaugeMetricFamily("sijill_backup_drill_age_seconds", told, value=drilled)
        told = "What is free of the disk of a folder, of 1."
        free = GaugeMetricFamily("sijill_disk_free_ratio", told, labels=["folder"])
        for name, folder in (("data", settings.DATA_DIR), ("backups", settings.BACKUP_DIR)):
            with suppress(OSError):
                disk = shutil.disk_usage(folder)
                free.add_metric([name], disk.free / disk.total)
        yield free

    def _ages(self) -> tuple[float, float]:
        try:
            backups = Store(settings.BACKUP_DIR).backups()
        except OSError:
            return inf, inf
        # What is of the future, by a clock that was ahead, would hold alarms down until then.
        moments = [moment for path in backups if (moment := moment_of(path).timestamp()) <= self.now]
        if not moments:
            return inf, inf
        drilled = _modified_at(settings.DATA_DIR / DRILLED)
        return self.now - moments[0], self.now - (drilled if drilled <= self.now else moments[-1])


def _modified_at(path: Path) -> float:
    """When PATH was modified, in seconds since the epoch; never, which is +Inf, where it is not there."""
    try:
        return path.stat().st_mtime
    except OSError:
        return inf
