"""What a query's problems say to the reader."""

from django.utils.translation import gettext as _

from archive.search.query import Problem


def problem_message(problem: Problem) -> str:
    """Return the sentence for PROBLEM in the interface's language."""
    return {
        Problem.TOO_LONG: _("The query was too long: its end was left out."),
        Problem.TOO_MANY_WORDS: _("The query had too many words: the last ones were left out."),
        Problem.UNCLOSED_QUOTE: _("A quotation mark is not closed: its words were taken one by one."),
        Problem.ONLY_EXCLUDED: _("Only words to leave out were given: everything else is shown."),
        Problem.NO_WORDS: _("The query holds no word to search for."),
    }[problem]
