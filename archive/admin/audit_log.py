"""The audit log, to be read: nobody adds to it by hand, changes it, or takes anything from it."""

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy, gettext_noop, ngettext
from django.utils.translation import gettext as _

from archive.admin.accounts import group_label, right_label
from archive.admin.columns import moment_column
from archive.admin.permissions import ViewOnly
from archive.models import Article, AuditEntry
from archive.staff.browsers import browser_in_words
from archive.text.dates import format_number

RIGHTS = {
    "is_active": (gettext_noop("the account is open"), gettext_noop("the account is closed")),
    "is_staff": (gettext_noop("may enter the admin"), gettext_noop("may not enter the admin")),
    "is_superuser": (gettext_noop("may do everything"), gettext_noop("may do what is granted")),
}
"""What is said of an account's switches, on and off."""


@admin.register(AuditEntry)
class AuditEntryAdmin(ViewOnly, admin.ModelAdmin):
    list_display = ["shown_time", "shown_actor", "action", "shown_thing", "shown_details", "shown_address"]
    list_display_links = None
    fields = list_display
    list_filter = ["action", ("actor", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["actor_name", "object_name", "address"]
    date_hierarchy = "at"
    show_full_result_count = False
    list_per_page = 50
    shown_time = moment_column("at", gettext_lazy("time"))

    @admin.display(description=gettext_lazy("user"), ordering="actor_name")
    def shown_actor(self, entry):
        return format_html("<bdi>{}</bdi>", entry.actor_name or self.get_empty_value_display())

    @admin.display(description=gettext_lazy("thing"))
    def shown_thing(self, entry):
        if not entry.object_type:
            return self.get_empty_value_display()
        name = group_label(entry.object_name) if entry.object_type == "auth.group" else entry.object_name
        return format_html("{}: <bdi>{}</bdi>", _kind(entry.object_type), name)

    @admin.display(description=gettext_lazy("details"))
    def shown_details(self, entry):
        return details_in_words(entry) or self.get_empty_value_display()

    @admin.display(description=gettext_lazy("from where"), ordering="address")
    def shown_address(self, entry):
        if not entry.address:
            return self.get_empty_value_display()
        browser = browser_in_words(entry.user_agent) if entry.user_agent else ""
        return format_html('<bdi dir="ltr">{}</bdi> {}', entry.address, browser)


def details_in_words(entry: AuditEntry) -> str:
    """What ENTRY says beside who did what to which thing, as a sentence or a list."""
    details = entry.details
    match entry.action:
        case AuditEntry.Action.ADDED | AuditEntry.Action.CHANGED | AuditEntry.Action.DELETED:
            return LogEntry(change_message=details["message"]).get_change_message()
        case AuditEntry.Action.RIGHTS:
            return _rights_in_words(details)
        case AuditEntry.Action.STATUS:
            states = [_status_label(details[end]) for end in ("from", "to") if details[end]]
            return _(" then ").join(states)
        case AuditEntry.Action.SESSIONS_ENDED:
            return _counted(ngettext("%(count)s session", "%(count)s sessions", details["count"]), details["count"])
        case AuditEntry.Action.CODES_MADE:
            return _counted(ngettext("%(count)s code", "%(count)s codes", details["count"]), details["count"])
        case AuditEntry.Action.CODE_USED:
            return _("Codes left: %(count)s") % {"count": format_number(details["left"], get_language())}
        case AuditEntry.Action.LOGIN_FAILED | AuditEntry.Action.LOCKED_OUT:
            return _failures_in_words(details["failures"], details.get("unknown_names", 0))
        case AuditEntry.Action.EXPORTED:
            rows = format_html(" ({})", format_number(details["rows"], get_language())) if "rows" in details else ""
            return format_html("<bdi>{}</bdi>{}", details.get("what", ""), rows)
    return ""


def _failures_in_words(count: int, unknown: int) -> str:
    said = _counted(ngettext("%(count)s wrong password", "%(count)s wrong passwords", count), count)
    if not unknown:
        return said
    of_them = ngettext(
        "%(count)s of them for a name that is no account’s",
        "%(count)s of them for names that are no account’s",
        unknown,
    )
    return _(", ").join([said, _counted(of_them, unknown)])


def _rights_in_words(details: dict) -> str:
    if "deleted" in details:
        return _("The account was deleted.")
    if "joined" in details:
        return _("Joined the group: %(group)s") % {"group": group_label(details["joined"])}
    if "left" in details:
        return _("Left the group: %(group)s") % {"group": group_label(details["left"])}
    if "given" in details:
        return _("Was given: %(right)s") % {"right": _permission_in_words(details["given"])}
    if "taken" in details:
        return _("Lost: %(right)s") % {"right": _permission_in_words(details["taken"])}
    said = [on if details[switch] else off for switch, (on, off) in RIGHTS.items() if switch in details]
    return capfirst(_(", ").join(map(_, said)))


def _permission_in_words(name: str) -> str:
    app, _dot, codename = name.partition(".")
    return right_label(app, codename, otherwise=name)


def _kind(object_type: str) -> str:
    try:
        return capfirst(apps.get_model(object_type)._meta.verbose_name)
    except LookupError:  # Of a model that is no more.
        return object_type


def _status_label(status: str) -> str:
    return str(dict(Article.Status.choices).get(status, status))


def _counted(sentence: str, count: int) -> str:
    return sentence % {"count": format_number(count, get_language())}
