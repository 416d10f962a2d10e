"""What a query's problems say to the reader."""

from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from archive.search.query import Problem, Trouble
from archive.text.direction import isolated


def problem_message(problem: Problem) -> str:
    """Return the sentence for PROBLEM in the interface's language."""
    return {
        Trouble.TOO_LONG: _("The query was too long: its end was left out."),
        Trouble.TOO_MANY_WORDS: _("The query had too many words: the last ones were left out."),
        Trouble.TOO_DEEP: _("The query had too many parentheses inside each other: the innermost were left out."),
        Trouble.UNCLOSED_QUOTE: _("A quotation mark is not closed: its words were taken one by one."),
        Trouble.UNCLOSED_PARENTHESIS: _("A parenthesis has no partner: it was passed over."),
        Trouble.UNUSED_OPERATOR: _("“%(text)s” stands between no two words: it was passed over."),
        Trouble.UNUSED_SIGN: _("“%(text)s” means nothing where it stands: it was passed over."),
        Trouble.TOO_FAR: _(
            "“%(text)s” is wider than can be searched for: the widest distance, thirty words, was taken."
        ),
        Trouble.ONLY_EXCLUDED: _("Only words to leave out were given: everything else is shown."),
        Trouble.NO_WORDS: _("The query holds no word to search for."),
        Trouble.BAD_DATE: _("“%(text)s” is no date that we can read: it was searched for as words."),
        Trouble.REVERSED_PERIOD: _("The period ends before it begins: its end cannot be used."),
        Trouble.NO_VALUE: _("“%(text)s” wants a name right after it: it was passed over."),
        Trouble.NOT_FOUND: _("The archive knows no such name: “%(text)s”."),
    }[problem.trouble] % {"text": isolated(problem.text, right_to_left=get_language_bidi())}
