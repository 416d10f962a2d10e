"""What editors decide about the site itself: its settings, its banners, its social accounts."""

from django.contrib import admin
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from archive.admin.addresses import HTTPS_ADDRESSES
from archive.admin.change_log import ReadableLog
from archive.models import Banner, SiteSettings, SocialAccount


@admin.register(SiteSettings)
class SiteSettingsAdmin(ReadableLog):
    """One object: its list leads straight to its form."""

    fields = ["name", "tagline", "description", "about", "contact_email"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        settings, _created = SiteSettings.objects.get_or_create(pk=1)
        return redirect("admin:archive_sitesettings_change", settings.pk)


@admin.register(Banner)
class BannerAdmin(ReadableLog):
    list_display = ["text", "url", "enabled", "priority", "starts_at", "ends_at"]
    list_filter = ["enabled"]
    fieldsets = [
        (None, {"fields": ["text", "url", "enabled", "dismissible", "priority"]}),
        (_("When"), {"fields": ["starts_at", "ends_at"]}),
    ]


@admin.register(SocialAccount)
class SocialAccountAdmin(ReadableLog):
    formfield_overrides = HTTPS_ADDRESSES
    list_display = ["__str__", "network", "url", "position"]
    list_editable = ["position"]
    fields = ["network", "label", "url", "position"]
