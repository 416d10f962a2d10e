"""Accounts, groups, and logins that were shut out, with nothing in them that only English speakers can read."""

import contextlib

from axes.models import AccessAttempt
from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.auth import admin as auth_admin
from django.contrib.auth import forms as auth_forms
from django.contrib.auth.models import Group, Permission, User
from django.db import models
from django.utils.text import capfirst, format_lazy
from django.utils.translation import get_language, gettext_lazy, gettext_noop, ngettext
from django.utils.translation import gettext as _
from django_otp.plugins.otp_static import admin as static_admin
from django_otp.plugins.otp_totp import admin as totp_admin

from archive.admin.account_guard import GuardedAccounts
from archive.admin.change_log import ReadableLog
from archive.admin.columns import latin_column, moment_column, number_column, yes_no_column
from archive.admin.date_boxes import EITHER_DIGITS
from archive.admin.deletion import PlainDeletion
from archive.admin.permissions import ViewOnly
from archive.models import AuditEntry, StaffSession
from archive.staff import audit
from archive.text.dates import format_number

GROUP_LABELS = {
    "writers": gettext_noop("writers"),
    "editors": gettext_noop("editors"),
    "chiefs": gettext_noop("chiefs"),
    "archivists": gettext_noop("archivists"),
}
"""The groups that the project makes, by the name in the database: the interface shows it translated."""


def group_label(name: str) -> str:
    """The group of that NAME as the interface calls it."""
    return _(name) if name in GROUP_LABELS else name


# Django prints a group in titles, paths, choices, filters and messages, and leaves no other way to name it there.
Group.__str__ = lambda group: group_label(group.name)

# And it calls a failed login by its moment, in English.
AccessAttempt.__str__ = lambda attempt: attempt.username or ""

PERMISSION_LABELS = {
    "add": gettext_lazy("add"),
    "change": gettext_lazy("change"),
    "delete": gettext_lazy("delete"),
    "view": gettext_lazy("view"),
    "publish": gettext_lazy("publish and withdraw"),
    "submit": gettext_lazy("send to review"),
    "curate": gettext_lazy("complete what is published"),
    "lift_embargo": gettext_lazy("lift embargoes"),
    "view_addresses": gettext_lazy("see the addresses of subscribers"),
}
"""What a permission is for, by its codename without the name of the model that many end with."""


def right_label(app: str, codename: str, *, otherwise: str) -> str:
    """The thing, then what may be done to it: the names in the database are English, as in OTHERWISE."""
    action, model = _action_and_model(app, codename)
    label = str(PERMISSION_LABELS.get(action, otherwise))
    return f"{capfirst(model._meta.verbose_name)} | {label}" if model else capfirst(label)


def _action_and_model(app: str, codename: str) -> tuple[str, type[models.Model] | None]:
    """The two parts of CODENAME, such as `lift_embargo_article`: its longest end that names a model, as that."""
    parts = codename.split("_")
    for at in range(1, len(parts)):
        with contextlib.suppress(LookupError):
            return "_".join(parts[:at]), apps.get_model(app, "_".join(parts[at:]))
    return codename, None  # Of no model, or of one that is no more.


class PermissionsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, permission):
        return right_label(permission.content_type.app_label, permission.codename, otherwise=permission.name)


class RightsMixin:
    """Choices of permissions in the reader's language, and only those that the admin asks for."""

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        if db_field.name in ("permissions", "user_permissions"):
            names = [model._meta.model_name for model in self.admin_site._registry]
            kwargs["form_class"] = PermissionsField
            kwargs["queryset"] = (
                Permission.objects.filter(content_type__model__in=names)
                .select_related("content_type")
                .order_by("content_type__app_label", "content_type__model", "codename")
            )
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class PasswordForm(auth_forms.AdminPasswordChangeForm):
    """Django's own, whose warning has no translation."""

    usable_password_help_text = format_lazy(
        '{}<ul id="id_unusable_warning" class="messagelist"><li class="warning">{}</li></ul>',
        auth_forms.SetUnusablePasswordMixin.usable_password_help_text,
        gettext_lazy("If disabled, the user’s present password is lost."),
    )


# Devices are their owners' own: django-otp would show an administrator their keys.
admin.site.unregister([User, Group, totp_admin.TOTPDevice, static_admin.StaticDevice])


@admin.register(User)
class UserAdmin(RightsMixin, PlainDeletion, ReadableLog, GuardedAccounts):
    nameless = [StaffSession, totp_admin.TOTPDevice, static_admin.StaticDevice, static_admin.StaticToken]
    list_display = ["username", "email", "first_name", "last_name", "may_enter"]
    list_filter = ["is_staff", "is_superuser", "is_active", "groups"]
    change_password_form = PasswordForm
    formfield_overrides = EITHER_DIGITS
    may_enter = yes_no_column("is_staff", gettext_lazy("may enter the admin"))


@admin.register(Group)
class GroupAdmin(RightsMixin, PlainDeletion, ReadableLog, auth_admin.GroupAdmin):
    list_display = ["label"]
    actions = None

    def get_fields(self, request, obj=None):
        """The groups that the project makes go by the names that it knows them by."""
        return ["label" if obj and obj.name in GROUP_LABELS else "name", "permissions"]

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), "label"]

    @admin.display(description=gettext_lazy("name"), ordering="name")
    def label(self, group):
        return str(group)


@admin.register(AccessAttempt)
class AccessAttemptAdmin(ViewOnly, admin.ModelAdmin):
    """Who failed to log in, and letting them try again."""

    list_display = ["shown_time", "shown_name", "shown_address", "shown_failures"]
    list_display_links = None
    search_fields = ["username", "ip_address"]
    actions = ["forgive"]
    fields = list_display
    shown_time = moment_column("attempt_time", gettext_lazy("time"))
    shown_name = latin_column("username", gettext_lazy("user"))
    shown_address = latin_column("ip_address", gettext_lazy("network address"))
    shown_failures = number_column("failures_since_start", gettext_lazy("failed logins"))

    def has_forgive_permission(self, request):
        return request.user.has_perm("axes.delete_accessattempt")

    @admin.action(description=gettext_lazy("Let them try again"), permissions=["forgive"])
    def forgive(self, request, queryset):
        for attempt in queryset:
            owner = User.objects.filter(username=attempt.username).first()
            audit.record(AuditEntry.Action.LOGIN_FREED, thing=owner)
        count, _rows = queryset.delete()
        message = ngettext("%(count)s login was freed.", "%(count)s logins were freed.", count)
        shown = format_number(count, get_language())
        self.message_user(request, message % {"count": shown}, messages.SUCCESS)
