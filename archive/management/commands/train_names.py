"""`train_names`: learn from what editors decided which words are names."""

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from archive.entities.adapting import adapt
from archive.exceptions import TooFewDecisionsError
from archive.management.command import ArchiveCommand
from archive.search.proposals import read_texts


class Command(ArchiveCommand):
    help = gettext_lazy(
        "Learns from the names that editors confirmed, added or rejected which words are names, and proposes by that"
        " from then on, if it is better than what is known already. It takes some minutes."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--articles",
            type=int,
            default=5_000,
            help=_("look at the words of so many articles at most, evenly (5000)"),
        )

    def handle(self, *, articles, **options):
        try:
            adapted = adapt(list(read_texts(max(1, articles))()))
        except TooFewDecisionsError as problem:
            message = ngettext(
                "Editors have decided about %(count)d name at a place; it takes at least %(needed)d to learn from.",
                "Editors have decided about %(count)d names at a place; it takes at least %(needed)d to learn from.",
                problem.decisions,
            )
            raise CommandError(message % {"count": problem.decisions, "needed": problem.needed}) from problem
        message = ngettext("Learned from %(count)d decision.", "Learned from %(count)d decisions.", adapted.decisions)
        self.stdout.write(message % {"count": adapted.decisions})
        message = _(
            "Of the decisions set aside for the test it meets %(after).1f%% by itself; before, %(before).1f%%."
        )
        self.stdout.write(message % {"after": adapted.after * 100, "before": adapted.before * 100})
        if adapted.is_better:
            self.stdout.write(
                _("Names are proposed by what was learned from now on; in old articles: %(command)s")
                % {"command": "script/manage annotate_articles --all"}
            )
        else:
            self.stdout.write(_("That is no better; nothing changes."))
