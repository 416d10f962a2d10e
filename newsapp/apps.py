"""Applications of others, with this project's own admin site and words."""

from axes.apps import AppConfig as AxesConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django.apps import ProcrastinateConfig


class ArchiveAdminConfig(AdminConfig):
    default_site = "archive.admin_site.ArchiveAdminSite"


class LoginGuardConfig(AxesConfig):
    verbose_name = _("Login guard")


class QueueConfig(ProcrastinateConfig):
    verbose_name = _("Queue")
