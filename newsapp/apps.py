"""The admin application, with this project's own admin site."""

from django.contrib.admin.apps import AdminConfig


class ArchiveAdminConfig(AdminConfig):
    default_site = "archive.admin.dashboard.ArchiveAdminSite"
