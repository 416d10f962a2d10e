"""Errors told to Sentry, where SENTRY_DSN names one; the package sentry-sdk is not installed by default.

What goes out is where the code failed and under which request id: no address, header, cookie or body of a request, no
variables, no lines of the log or statements that went before, and messages without what logs leave out.
"""

from django.core.exceptions import ImproperlyConfigured

from archive.redaction import without_secrets
from newsapp.logging import told_job

MISSING = "SENTRY_DSN needs the package sentry-sdk: pip install sentry-sdk"
DROPPED = ("user", "breadcrumbs", "extra", "modules")


def tell_sentry(dsn: str, **options: object) -> None:
    """Tell the Sentry of DSN of every error from now on; OPTIONS are more of `sentry_sdk.init`."""
    try:
        import sentry_sdk
        from sentry_sdk.utils import BadDsn, Dsn
    except ImportError as error:
        raise ImproperlyConfigured(MISSING) from error
    try:
        Dsn(dsn)
    except BadDsn:
        # Without its words: they repeat what is a secret.
        raise ImproperlyConfigured("SENTRY_DSN is no DSN of Sentry's") from None
    sentry_sdk.init(
        dsn=dsn,
        before_send=without_readers,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        # What is fetched elsewhere is not told of our traces.
        trace_propagation_targets=[],
        **options,
    )


def without_readers(event: dict, hint: dict) -> dict:
    """EVENT without what is, or may be, a reader's; HINT has the line of the log of which it was made, if it was."""
    from archive import tracing  # Its settings are read by now.

    for name in DROPPED:
        event.pop(name, None)
    event["request"] = {"method": event.get("request", {}).get("method", "")}
    event["transaction"] = ""
    if trace := tracing.current():
        event["transaction"] = trace.doing
        event.setdefault("tags", {})[tracing.ARGUMENT] = trace.id
    # Said when the job's trace has ended.
    job = told_job(hint.get("log_record"))
    if job:
        event["transaction"] = job.task
        event.setdefault("tags", {}).update({tracing.ARGUMENT: job.request_id, "job": str(job.number)})
    for exception in event.get("exception", {}).get("values", ()):
        exception["value"] = without_secrets(str(exception.get("value", "")))
    if entry := event.get("logentry"):
        text = entry.get("formatted") or entry.get("message", "")
        if job:
            text = text.replace(job.call, job.task)
        event["logentry"] = {"message": without_secrets(text)}
    return event
