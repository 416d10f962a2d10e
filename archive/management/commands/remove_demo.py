"""`remove_demo`: take the demo archive out whole."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.demo.loading import remove_demo
from archive.management.command import ArchiveCommand


class Command(ArchiveCommand):
    help = gettext_lazy("Takes the demo archive out, with the names, sections and sources that only it used.")

    def handle(self, *args, **options):
        removed = remove_demo()
        self.stdout.write(
            _("Demo archive: %(articles)d articles and %(entities)d names taken out.")
            % {"articles": removed.articles, "entities": removed.entities}
        )
        kept = [
            (_("Sections kept, because other articles stand in them: %(names)s"), removed.kept_sections),
            (_("Sources kept, because other articles come from them: %(names)s"), removed.kept_sources),
            (_("Names kept, because other articles mention them: %(names)s"), removed.kept_entities),
        ]
        for sentence, names in kept:
            if names:
                self.stdout.write(sentence % {"names": _(", ").join(names)})
        command = "script/manage load_demo"
        self.stdout.write(_("It stays out until you put it in again: %(command)s") % {"command": command})
