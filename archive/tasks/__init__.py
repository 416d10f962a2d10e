"""What the queue's worker does beside the web server, and the thin functions by which a request asks for it.

A job is a row in the database: asked for in a transaction, it is there when that is committed and gone when it is
not. The worker (newsapp/worker.py) does one after another, and those of the queue NEWS beside them, so that what
readers wait for waits for no import; of these several at a time. Where several workers share the jobs, a task either
takes what no other has in hand, or has a lock: of jobs with the same lock one is done at a time. A job that a dead
worker left is begun again, so every task can be begun again.

The queue knows the tasks of the modules that are imported here. A job that waits names its task and the arguments of
that: both stay what they are, wherever the task is written.
"""

from archive.tasks import (
    annotations,
    announcing,
    caches,
    feeds,
    imports,
    links,
    names,
    pictures,
    staff,
    subscriptions,
    tidying,
)

__all__ = [
    "annotations",
    "announcing",
    "caches",
    "feeds",
    "imports",
    "links",
    "names",
    "pictures",
    "staff",
    "subscriptions",
    "tidying",
]
