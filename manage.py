#!/usr/bin/env python
"""Django's command-line entry, with the embedded PostgreSQL running for as long as the command does."""

import os
import signal
import sys

from django.core.management import execute_from_command_line, get_commands
from django.utils import translation

from newsapp.postgres import PostgresError
from newsapp.preparation import StartError, embedded_database, prepare_empty_database, set_up_django

# These need no database, and are not made to wait for one.
WITHOUT_DATABASE = {
    "backup_drill",
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "help",
    "make_backup_key",
    "makemessages",
    "makemigrations",
    "upgrade_postgres",
    "version",
}
# These make the tables themselves.
IN_EMPTY_DATABASE = {"migrate", "restore_backup"}


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsapp.settings")
    # An end asked for is an ordinary end, so that PostgreSQL is stopped and what is half made removed.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    command, *named = sys.argv[1:] or ["help"]
    try:
        set_up_django()
        # The help of a command is that command's own to say.
        speak_one_language(named[0] if command == "help" and named else command)
        if command in WITHOUT_DATABASE or command.startswith("-"):
            execute_from_command_line(sys.argv)
        else:
            run_with_database(command)
    except (StartError, PostgresError) as error:
        sys.exit(str(error))


def speak_one_language(command):
    """Ours speak the site's language; in others much is English only, so that all of it had better be."""
    if get_commands().get(command) != "archive":
        translation.activate("en")


def run_with_database(command):
    with embedded_database() as cluster:
        if cluster and command not in IN_EMPTY_DATABASE:
            prepare_empty_database()
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
