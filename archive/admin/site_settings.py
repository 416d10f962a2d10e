"""What editors decide about the site itself: its settings, its banners, its social accounts."""

from urllib.parse import unquote

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from archive.admin.addresses import HTTPS_ADDRESSES
from archive.admin.change_log import ReadableLog
from archive.admin.columns import latin_column, moment_column, number_column, yes_no_column
from archive.admin.date_boxes import EITHER_DIGITS
from archive.admin.labels import LabelledCells
from archive.admin.permissions import NoAddOrDelete
from archive.admin.text_boxes import SHORT_TEXTS
from archive.models import Banner, SiteSettings, SocialAccount
from archive.models.site import ShareTarget


@admin.register(SiteSettings)
class SiteSettingsAdmin(NoAddOrDelete, ReadableLog):
    """One object: its list leads straight to its form."""

    formfield_overrides = SHORT_TEXTS
    fields = [
        *("name", "name_latin", "tagline", "tagline_latin", "description", "description_latin"),
        *("about", "about_latin", "contact_email", "feeds_full_text", "share_targets", "own_share_targets"),
    ]

    def get_form(self, request, obj=None, **kwargs):
        pages = {name: AdminTextareaWidget() for name in ("about", "about_latin")}
        return super().get_form(request, obj, **kwargs, widgets=pages)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name != "share_targets":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        return forms.MultipleChoiceField(
            label=capfirst(db_field.verbose_name),
            choices=ShareTarget.choices,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return redirect("admin:archive_sitesettings_change", 1)

    def get_object(self, request, object_id, from_field=None):
        """The one object, made when it is first asked for, wherever its address comes from."""
        SiteSettings.objects.get_or_create(pk=1)
        return super().get_object(request, object_id, from_field)


@admin.register(Banner)
class BannerAdmin(ReadableLog):
    formfield_overrides = EITHER_DIGITS
    list_display = ["text", "shown_url", "shown", "shown_priority", "shown_start", "shown_end"]
    list_filter = ["enabled"]
    fieldsets = [
        (None, {"fields": ["text", "text_latin", "url", "enabled", "dismissible", "priority"]}),
        (_("When"), {"fields": ["starts_at", "ends_at"]}),
    ]
    shown = yes_no_column("enabled", _("shown"))
    shown_priority = number_column("priority", _("priority"))
    shown_start = moment_column("starts_at", _("from"))
    shown_end = moment_column("ends_at", _("until"))

    @admin.display(description=_("leads to"), ordering="url")
    def shown_url(self, banner):
        """An address as people read it, not in percent signs."""
        return format_html('<bdi dir="ltr">{}</bdi>', unquote(banner.url))


@admin.register(SocialAccount)
class SocialAccountAdmin(LabelledCells, ReadableLog):
    formfield_overrides = HTTPS_ADDRESSES
    list_display = ["__str__", "network", "shown_url", "position"]
    list_editable = ["position"]
    fields = ["network", "label", "url", "position"]
    shown_url = latin_column("url", _("address"))
