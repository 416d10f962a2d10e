"""What the archive's commands have in common: they speak the site's language, in `--help` and of what goes wrong too.

Only what the start of the database has to say is in English, and argparse's headings.
"""

import re
import sys
from functools import partial

from django.core.management.base import BaseCommand, CommandError, SystemCheckError
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.ingest.notes import reason, sentence
from archive.ingest.records import Note

USAGE_ERROR = 2
USAGE_PROBLEMS = {
    r"the following arguments are required: (?P<names>.+)": gettext_lazy("%(names)s is missing."),
    r"one of the arguments (?P<names>.+) is required": gettext_lazy("One of these is missing: %(names)s."),
    r"argument (?P<name>.+?): invalid choice: (?P<value>.*) \(choose from (?P<choices>.+)\)": gettext_lazy(
        "%(name)s cannot be “%(value)s”, only one of these: %(choices)s."
    ),
    r"argument (?P<name>.+?): invalid int value: (?P<value>.*)": gettext_lazy(
        "%(name)s must be a whole number, not “%(value)s”."
    ),
    r"argument (?P<name>.+?): expected (?:one|at least one) argument": gettext_lazy("%(name)s needs a value."),
    r"argument (?P<name>.+?): not allowed with argument (?P<other>.+)": gettext_lazy(
        "%(name)s cannot be given together with %(other)s."
    ),
    r"unrecognized arguments: (?P<names>.+)": gettext_lazy("The command does not know %(names)s."),
}
"""What argparse says of a command line, in English only, and how we say it."""

COMMON_OPTIONS = {
    "--help": gettext_lazy("Shows this help and ends."),
    "--version": gettext_lazy("Shows Django's version and ends."),
    "--verbosity": gettext_lazy("How much is told: 0 nothing, 1 as usual, 2 more, 3 everything."),
    "--settings": gettext_lazy("The Python module of the settings, instead of DJANGO_SETTINGS_MODULE."),
    "--pythonpath": gettext_lazy("A folder in which Python finds modules, too."),
    "--traceback": gettext_lazy("Shows where in the code an error arose."),
    "--no-color": gettext_lazy("No colours."),
    "--force-color": gettext_lazy("Colours also where there is no terminal."),
    "--skip-checks": gettext_lazy("Leaves out the checks of the settings and the code."),
}
"""What every command takes; argparse and Django tell of it in English only."""


class ArchiveCommand(BaseCommand):
    """A command whose help is in the active language, and whose errors are one line in it."""

    def create_parser(self, prog_name, subcommand, **kwargs):
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.description = str(self.help)
        for action in parser._actions:
            told = next((COMMON_OPTIONS[name] for name in action.option_strings if name in COMMON_OPTIONS), None)
            action.help = str(told) if told else action.help
        if self._called_from_command_line:
            parser.error = partial(self._refuse, subcommand)
        return parser

    def execute(self, *args, **options):
        try:
            return self._executed(*args, **options)
        except SystemCheckError:
            raise
        except CommandError as error:
            if not self._called_from_command_line or options["traceback"]:
                raise
            self._say_error(str(error))
            sys.exit(error.returncode)

    def _executed(self, *args, **options):
        try:
            return super().execute(*args, **options)
        except (OperationalError, InterfaceError) as problem:
            said = sentence(Note("database_failed", {"problem": str(problem).partition("\n")[0]}))
            raise CommandError(said[:1].upper() + said[1:]) from problem

    def _refuse(self, subcommand: str, problem: str) -> None:
        command = f"script/manage {subcommand} --help"
        self._say_error(_usage_problem(problem))
        self.stderr.write(_("This tells what it takes: %(command)s") % {"command": command})
        sys.exit(USAGE_ERROR)

    def _say_error(self, message: str) -> None:
        self.stderr.write(_("Error: %(message)s") % {"message": message})


def unwritable(path: object, problem: OSError) -> CommandError:
    """Return the error that says why the system lets nothing be written to PATH."""
    said = {"path": path, "problem": reason(problem)}
    return CommandError(_("Nothing can be written to %(path)s: %(problem)s") % said)


def _usage_problem(problem: str) -> str:
    for pattern, said in USAGE_PROBLEMS.items():
        if match := re.fullmatch(pattern, problem.replace("'", "")):
            return said % match.groupdict()
    return problem
