"""Jobs whose course a test can follow in a file."""

import time
from pathlib import Path

from django.db import connection
from procrastinate.contrib.django import app


@app.task(name="write", pass_context=True)
def write(context, path: str) -> None:
    _tell(path, f"attempt {context.job.attempts}")


@app.task(name="work_until_told", pass_context=True)
def work_until_told(context, path: str) -> None:
    _tell(path, "begun")
    while not context.should_abort():
        time.sleep(0.01)
    _tell(path, "ended")


@app.task(name="work_once", pass_context=True)
def work_once(context, path: str) -> None:
    """Long at the first attempt, short at the next."""
    _tell(path, f"attempt {context.job.attempts}")
    if context.job.attempts == 0:
        time.sleep(3600)


@app.task(name="ask", pass_context=True)
def ask(context, path: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    _tell(path, f"asked by {pid}")


@app.task(name="write_news", queue="news", pass_context=True)
def write_news(context, path: str) -> None:
    _tell(path, "news")


def _tell(path: str, line: str) -> None:
    with Path(path).open("a") as file:
        file.write(f"{line}\n")
