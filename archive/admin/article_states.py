"""An article's way from draft to withdrawn: buttons in its form, a page for what needs a word, and checks.

What may follow what, and for whom, is in `archive.newsroom.states`.
"""

from datetime import datetime
from typing import Any

import pghistory
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.models import Article
from archive.newsroom import states
from archive.newsroom.states import Status

STATE_BUTTON = "_state"
"""The name of the buttons that save the form and bring the article to the state that is their value."""

SAVING_BUTTONS = {
    Status.REVIEW: gettext_lazy("Save and send to review"),
    Status.DRAFT: gettext_lazy("Save and make it a draft again"),
    Status.PUBLISHED: gettext_lazy("Save and publish"),
}
WAYS = {
    Status.REVIEW: gettext_lazy("Send to review"),
    Status.DRAFT: gettext_lazy("Make it a draft again"),
    Status.PUBLISHED: gettext_lazy("Publish"),
    Status.SCHEDULED: gettext_lazy("Schedule"),
    Status.WITHDRAWN: gettext_lazy("Withdraw"),
}
SAID = {
    Status.REVIEW: gettext_lazy("The article is in review: whoever may publish finds it on the first page."),
    Status.DRAFT: gettext_lazy("The article is a draft again."),
    Status.PUBLISHED: gettext_lazy("The article is published."),
    Status.SCHEDULED: gettext_lazy("The article will be published at its time."),
    Status.WITHDRAWN: gettext_lazy("The article is withdrawn: its address says so, and shows the notice."),
}


class StateForm(forms.Form):
    """A word to the colleagues, kept with the version; and of a withdrawal one to readers, who are owed it."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("For colleagues: it is kept with the version."),
    )
    withdrawal_notice = Article._meta.get_field("withdrawal_notice").formfield(
        widget=forms.Textarea(attrs={"rows": 3}), required=True
    )

    def __init__(self, *args, target: str, **kwargs):
        super().__init__(*args, **kwargs)
        if target != Status.WITHDRAWN:
            del self.fields["withdrawal_notice"]


def saving_buttons(request: HttpRequest, article: Article | None) -> list[dict[str, Any]]:
    """The buttons that save the form of ARTICLE, or of a new one, and bring it on."""
    state = article.state() if article else Status.DRAFT
    reachable = states.reachable(request.user, state)
    return [{"target": target, "label": label} for target, label in SAVING_BUTTONS.items() if target in reachable]


def ways(request: HttpRequest, article: Article, *, in_form: bool) -> list[dict[str, Any]]:
    """The ways on that have a page of their own: to withdraw; and, for whom no form is IN_FORM, the others."""
    reachable = [target for target in states.reachable(request.user, article.state()) if target != Status.SCHEDULED]
    shown = [target for target in reachable if target == Status.WITHDRAWN or not in_form]
    return [{"target": target, "label": WAYS[target]} for target in shown]


def state_view(request: HttpRequest, article: Article, target: str, context: dict) -> HttpResponse | str:
    """The page on which ARTICLE is brought to TARGET; the status it has by then, once that is done.

    Raises PermissionDenied for whom that is not allowed. CONTEXT is the admin site's.
    """
    if not states.may(request.user, article.state(), target):
        raise PermissionDenied
    sent = request.POST if request.method == "POST" else None
    form = StateForm(sent, target=target, initial={"withdrawal_notice": article.withdrawal_notice})
    if form.is_valid():
        status, hindrance = outcome(article, target)
        if not hindrance:
            _bring(article, status, form.cleaned_data)
            messages.success(request, SAID[status])
            return status
        form.add_error(None, hindrance)
    shown = {
        "opts": Article._meta,
        "article": article,
        "form": form,
        "target": target,
        "way": WAYS[target],
        "state": article.state().label,
    }
    return render(request, "admin/archive/article/state.html", context | shown)


def outcome(article: Article, target: str) -> tuple[str, str]:
    """The status that ARTICLE gets on its way to TARGET, and what is in the way, in words, or nothing."""
    textless = [article.pk] if Article.objects.filter(pk=article.pk).without_text().exists() else []
    planned = states.plan([article], target, textless=textless, at=timezone.now())
    for hindrance in planned.left:
        return article.status, left_as_it_is(hindrance)
    return next(iter(planned.becomes)), ""


def left_as_it_is(hindrance: states.Hindrance) -> str:
    return _("The article was left as it is: %(why)s.") % {"why": hindrance.label}


def _bring(article: Article, status: str, said: dict[str, str]) -> None:
    article.status = status
    fields = ["status", "updated_at"]
    if status == Status.WITHDRAWN:
        article.withdrawal_notice = said["withdrawal_notice"]
        fields.append("withdrawal_notice")
    with noted(said["note"]):
        article.save(update_fields=fields)


def noted(note: str):
    """Keep NOTE with the versions that are made inside."""
    return pghistory.context(note=note) if note else pghistory.context()


def check_state(form: forms.ModelForm, cleaned: dict, at: datetime) -> None:
    """See that FORM brings its article only where its user may, and not before an embargo; set the status in CLEANED.

    A button leads where it says; what it publishes with a date in the future is scheduled.
    """
    state = form.instance.state(at=at) if form.instance.pk else Status.DRAFT
    target = form.data.get(STATE_BUTTON) or cleaned.get("status") or state
    moment = given(form, cleaned, "published_at")
    if form.data.get(STATE_BUTTON) == Status.PUBLISHED and isinstance(moment, datetime) and moment > at:
        target = Status.SCHEDULED
    where = "status" if "status" in form.fields else None
    if target != state and form.user is not None and not states.may(form.user, state, target):
        form.add_error(where, _("You may not bring the article from “%(state)s” there.") % {"state": state.label})
        return
    cleaned["status"] = target
    before, after = form.instance.embargo_until, given(form, cleaned, "embargo_until")
    if form.user and not states.may_shorten_embargo(form.user, before, after, at):
        form.add_error("embargo_until", _("Only chiefs lift an embargo, or bring its end forward."))
    # A date that could not be read is another error.
    elif target in states.COMING_OUT and "published_at" not in form.errors and states.comes_too_early(moment, after):
        form.add_error("published_at" if "published_at" in form.fields else None, states.Hindrance.EMBARGO.label)
    if target == Status.WITHDRAWN and not (given(form, cleaned, "withdrawal_notice") or "").strip():
        _require_notice(form, state)


def _require_notice(form: forms.ModelForm, state: Status) -> None:
    """Readers are owed a word on a withdrawal; who cannot write it is not kept from what else they do."""
    if "withdrawal_notice" in form.fields:
        form.add_error("withdrawal_notice", _("Tell readers in a sentence why the article was withdrawn."))
    elif state != Status.WITHDRAWN:
        form.add_error(None, _("Tell readers in a sentence why the article was withdrawn."))


def given(form: forms.ModelForm, cleaned: dict, name: str):
    """What FORM makes of the field NAME: what was CLEANED of it, or None; where it has no box, what it is."""
    return cleaned.get(name) if name in form.fields else getattr(form.instance, name)
