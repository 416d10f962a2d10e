"""`link_entities`: find the names of entities in the articles that are in the archive already."""

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from archive.entities.linking import link_everywhere
from archive.management.command import ArchiveCommand
from archive.management.progress import Progress
from archive.models import Article, Entity, Mention
from archive.relinking import articles_to_relink, relink


class Command(ArchiveCommand):
    help = gettext_lazy(
        "Finds the names of entities in the articles of the archive: of those given, in the articles that may hold "
        "them, or of all in all. What editors decided about mentions stays."
    )

    def add_arguments(self, parser):
        parser.add_argument("entity_ids", nargs="*", type=int, metavar="ID", help=_("an entity's number; none: all"))

    def handle(self, *, entity_ids, verbosity, **options):
        if not entity_ids:
            with Progress(quiet=not verbosity) as progress:
                link_everywhere(tell=progress)
            self._report(Mention.objects.exclude(confirmed=False), verbosity)
            return
        missing = set(entity_ids) - set(Entity.objects.filter(pk__in=entity_ids).values_list("pk", flat=True))
        if missing:
            numbers = ", ".join(map(str, sorted(missing)))
            raise CommandError(_("There is no entity with this number: %(numbers)s") % {"numbers": numbers})
        with Progress(quiet=not verbosity) as progress:
            relink(entity_ids, articles_to_relink(entity_ids), tell=progress)
        self._report(Mention.objects.filter(entity__in=entity_ids).exclude(confirmed=False), verbosity)

    def _report(self, mentions, verbosity: int) -> None:
        if not verbosity:
            return
        count = Article.objects.filter(pk__in=mentions.values("article")).count()
        message = ngettext("%(count)d article mentions them now.", "%(count)d articles mention them now.", count)
        self.stdout.write(message % {"count": count})
