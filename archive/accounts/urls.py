"""The addresses of these pages inside the admin."""

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from archive.accounts import login, own_account


def urls(site: AdminSite) -> list[URLPattern]:
    """The pages that SITE puts before its own."""
    return [
        path("login/code/", login.give_code, name="login-code"),
        path("login/second-factor/", login.set_up_factor, name="login-second-factor"),
        path("account/", site.admin_view(own_account.account), name="account"),
        path("account/second-factor/", site.admin_view(own_account.set_up_factor), name="second-factor"),
        path(
            "account/second-factor/change/", site.admin_view(own_account.change_factor), name="second-factor-change"
        ),
    ]
