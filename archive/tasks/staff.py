"""The log of what staff do."""

from procrastinate.contrib.django import app

from archive.staff import audit


@app.periodic(cron="* * * * *")
@app.task(name="seal_audit_log", queueing_lock="seal_audit_log")
def seal_audit_log(timestamp: int) -> None:
    """Each minute: seal what has come into the audit log."""
    audit.seal()
