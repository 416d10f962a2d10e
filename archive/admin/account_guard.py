"""What superusers do about others' accounts: end their sessions, take a lost second factor away, set a password."""

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from archive.accounts.ending import end_asked, sessions_of
from archive.accounts.forms import PasswordAgainForm
from archive.staff import second_factor
from archive.staff.sessions import end_sessions


class GuardedAccounts(auth_admin.UserAdmin):
    """Two pages for each account, and Django's own of the password for others' alone."""

    def get_urls(self) -> list[URLPattern]:
        removal = sensitive_post_parameters("password")(self.second_factor_view)
        pages = {"sessions": self.sessions_view, "second-factor": removal}
        own = [
            path(f"<int:pk>/{page}/", self.admin_site.admin_view(view), name=f"auth_user_{page.replace('-', '_')}")
            for page, view in pages.items()
        ]
        return [*own, *super().get_urls()]

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        if self.get_object(request, unquote(id)) == request.user:  # It takes the old one.
            return redirect("admin:password_change")
        return super().user_change_password(request, id, form_url)

    def sessions_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        owner = _account(request, pk)
        if request.method == "POST":
            end_asked(request, owner)
            return redirect("admin:auth_user_sessions", pk)
        context = {"title": _("Sessions"), "sessions": sessions_of(request, owner)}
        return self._page(request, "sessions", owner, context)

    def second_factor_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        owner = _account(request, pk)
        if owner == request.user:  # It takes a code of theirs, too.
            return redirect("admin:account")
        form = PasswordAgainForm(request.POST or None, request=request)
        if request.method == "POST" and form.is_valid():
            if second_factor.remove(owner):
                end_sessions(owner)
                messages.success(request, _("The second factor was removed."))
            return redirect("admin:auth_user_change", pk)
        has_factor = second_factor.phone_of(owner) is not None
        context = {"title": _("Second factor"), "has_factor": has_factor, "form": form}
        return self._page(request, "second_factor", owner, context)

    def _page(self, request: HttpRequest, name: str, owner: User, context: dict) -> HttpResponse:
        around = self.admin_site.each_context(request) | {"opts": self.opts, "owner": owner}
        return render(request, f"admin/auth/user/{name}.html", around | context)


def _account(request: HttpRequest, pk: int) -> User:
    if not request.user.is_superuser:
        raise PermissionDenied
    return get_object_or_404(User, pk=pk)
