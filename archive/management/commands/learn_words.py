"""`learn_words`: learn broken plurals and kept words from the archive itself."""

import textwrap
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from archive.management.command import ArchiveCommand, unwritable
from archive.search.learning import Vocabulary
from archive.search.proposals import propose, read_texts
from archive.text.tokenize import KEPT_WORDS

SHOWN = 20


class Command(ArchiveCommand):
    help = gettext_lazy(
        "Learns from the archive's own words which may be one noun's singular and plural, and puts them before the "
        "editors in the admin; tells which words keep a letter that looks like a prefix."
    )

    def add_arguments(self, parser):
        parser.add_argument("--articles", type=int, default=20_000, help=_("read so many at most, evenly (20000)"))
        parser.add_argument("--limit", type=int, default=200, help=_("propose so many pairs at most (200)"))
        parser.add_argument(
            "--kept-words",
            type=Path,
            metavar="FILE",
            help=_("write the shipped kept words and the learned ones there"),
        )

    def handle(self, *, articles, limit, kept_words: Path | None, **options):
        texts = read_texts(max(1, articles))
        vocabulary = Vocabulary.of(texts())
        proposals = propose(vocabulary, texts(), limit=limit)
        message = ngettext(
            "%(count)d pair of words waits for an editor in the admin.",
            "%(count)d pairs of words wait for an editor in the admin.",
            len(proposals),
        )
        self.stdout.write(message % {"count": len(proposals)})
        for proposal in proposals[:SHOWN]:
            self.stdout.write(f"  {' = '.join(proposal.texts)}")
        learned = sorted(vocabulary.kept_words())
        message = ngettext(
            "%(count)d word keeps its first letter and is not in the shipped list.",
            "%(count)d words keep their first letter and are not in the shipped list.",
            len(learned),
        )
        self.stdout.write(message % {"count": len(learned)})
        for word in learned[:SHOWN]:
            self.stdout.write(f"  {word}")
        if kept_words:
            lines = textwrap.wrap(" ".join(sorted(KEPT_WORDS.union(learned))), 120)
            try:
                kept_words.write_text("\n".join(lines) + "\n", encoding="utf-8")
            except OSError as problem:
                raise unwritable(kept_words, problem) from problem
            self.stdout.write(_("Written to %(file)s.") % {"file": kept_words})
