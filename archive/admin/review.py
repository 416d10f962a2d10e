"""The review desk: an editor decides about proposed names one after another, by single keys or by mouse.

Every way works with plain forms; the desk's script sends them in the background and goes on to the next name.
"""

from datetime import datetime, time

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from archive.admin.change_log import ReadableLog
from archive.admin.columns import moment_column
from archive.admin.permissions import NoSave
from archive.entities import deciding, reviewing
from archive.exceptions import DecisionError
from archive.models import Entity, NameDecision, NameProposal, RefusedName, Section
from archive.tasks.names import request_relinking, request_relinking_name
from archive.text.dates import format_number
from archive.text.normalize import words

Action = NameDecision.Action

MAX_CANDIDATES = 8
MAX_LOGGED = 500
"""A name that is refused everywhere may have waited in any number of places; the decision itself holds them all."""

MAX_PUT_OFF = 300
PUT_OFF = "names_put_off"
"""In the session: the proposals that the editor passed over, which come up no more until asked for."""

KEYS = {
    "accept": ("R", "ق"),
    "other": ("O", "خ"),
    "create": ("N", "ج"),
    "reject": ("V", "ر"),
    "refuse": ("B", "لا"),
    "skip": ("J", "ت"),
    "all": ("A", "ش"),
    "undo": ("U", "ع"),
    "help": ("?", "؟"),
}
"""The key of each action, with a Latin and an Arabic layout: where letters allow it, what the word begins with."""


class FilterForm(forms.Form):
    """What the desk is narrowed to, from its address."""

    kind = forms.ChoiceField(label=gettext_lazy("kind"), required=False)
    reason = forms.ChoiceField(label=gettext_lazy("reason"), required=False)
    section = forms.ModelChoiceField(
        Section.objects.order_by("position", "name"),
        label=gettext_lazy("section"),
        required=False,
        empty_label=gettext_lazy("All"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, choices in (("kind", Entity.Kind.choices), ("reason", NameProposal.Reason.choices)):
            self.fields[name].choices = [("", _("All")), *((value, capfirst(label)) for value, label in choices)]

    def proposals(self):
        """What waits, narrowed by what of the address could be used."""
        self.is_valid()
        section = self.cleaned_data.get("section")
        return reviewing.waiting(
            kind=self.cleaned_data.get("kind", ""),
            reason=self.cleaned_data.get("reason", ""),
            section=section and section.pk,
        )


class DecisionForm(forms.Form):
    """What to do about a proposal; FOR_ALL says: and about all that are of the same name and meaning."""

    proposal = forms.ModelChoiceField(NameProposal.objects.all())
    action = forms.ChoiceField(choices=[*Action.choices, ("skip", "skip")])
    for_all = forms.BooleanField(required=False)
    entity = forms.ModelChoiceField(Entity.objects.all(), required=False)
    kind = forms.ChoiceField(choices=Entity.Kind.choices, required=False)
    name = forms.CharField(max_length=200, required=False)
    name_latin = forms.CharField(max_length=200, required=False)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("action") == Action.ACCEPT and not cleaned.get("entity"):
            self.add_error("entity", _("Choose the entity that is meant."))
        if cleaned.get("action") == Action.CREATE and not (cleaned.get("kind") and cleaned.get("name")):
            self.add_error("name", _("Give the new entity a kind and a name."))
        return cleaned

    def decide(self, by) -> NameDecision:
        """Carry the decision out; raises DecisionError."""
        data = self.cleaned_data
        proposal = data["proposal"]
        if data["action"] == Action.REFUSE:
            return deciding.refuse(proposal, by=by)
        proposals = NameProposal.objects.filter(pk=proposal.pk)
        # Of a name that has been found nowhere else the editor was not asked.
        entity = data["entity"] if data["action"] == Action.ACCEPT else None
        elsewhere = data["for_all"] or reviewing.is_the_only_one(proposal, entity)
        if data["for_all"]:
            proposals |= reviewing.alike(proposal)
        if data["action"] == Action.ACCEPT:
            return deciding.accept(proposals, entity, by=by, elsewhere=elsewhere)
        if data["action"] == Action.CREATE:
            names = {name: data[name] for name in ("kind", "name", "name_latin")}
            return deciding.accept_as_new(proposals, **names, by=by, elsewhere=elsewhere)
        return deciding.reject(proposals, by=by)


class FoundByKey(admin.ModelAdmin):
    """Names are searched for as they are compared, whatever their spelling."""

    search_fields = ["key"]

    def get_search_results(self, request, queryset, search_term):
        key = words(search_term)
        return (queryset.filter(key__contains=key) if key else queryset), False


@admin.register(NameProposal)
class NameProposalAdmin(NoSave, FoundByKey, ReadableLog):
    """The list of all that was proposed, to look at; deciding is done at the desk."""

    list_display = ["name", "kind", "shown_state", "entity", "article", "decided_by", "shown_decided_at"]
    list_filter = ["state", "kind", "reason"]
    list_select_related = ["entity", "article", "decided_by"]
    list_per_page = 50
    show_full_result_count = False
    fields = ["name", "kind", "reason", "shown_state", "entity", "article", "decided_by", "shown_decided_at"]
    readonly_fields = fields
    shown_decided_at = moment_column("decided_at", gettext_lazy("decided at"))

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def shown_state(self, proposal):
        return proposal.get_state_display()

    def get_urls(self):
        ways = [
            ("review/", self.desk_view, "review"),
            ("review/decide/", require_POST(self.decide_view), "decide"),
            ("review/undo/", require_POST(self.undo_view), "undo"),
            ("review/again/", require_POST(self.again_view), "again"),
            ("review/<int:proposal_id>/other/", self.other_view, "other"),
            ("review/<int:proposal_id>/new/", self.new_view, "new"),
        ]
        return [
            *(
                path(way, self.admin_site.admin_view(self._for_editors(view)), name=f"archive_nameproposal_{name}")
                for way, view, name in ways
            ),
            *super().get_urls(),
        ]

    def _for_editors(self, view):
        def guarded(request, *args, **kwargs):
            if not self.has_change_permission(request):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    # --- The desk ------------------------------------------------------------------------------------------------

    def desk_view(self, request):
        form = FilterForm(request.GET)
        put_off = request.session.get(PUT_OFF, [])
        context = self._context(request, _("Review of proposed names")) | {
            "form": form,
            "groups": reviewing.groups(form.proposals(), without=put_off),
            "progress": progress(request),
            "put_off": len(put_off),
        }
        return render(request, "admin/archive/nameproposal/review.html", context)

    def other_view(self, request, proposal_id):
        """Entities by any of their names, of which the editor chooses one for the proposal."""
        proposal = get_object_or_404(NameProposal, pk=proposal_id)
        typed = request.GET.get("q", proposal.name)
        entities, _distinct = self.admin_site.get_model_admin(Entity).get_search_results(
            request, Entity.objects.with_article_counts(), typed
        )
        found = entities.order_by("-article_count", "name", "pk")[:MAX_CANDIDATES] if typed.strip() else []
        context = {"typed": typed, "entities": found}
        return self._panel(request, proposal, "other", _("Another entity"), context)

    def new_view(self, request, proposal_id):
        """The form of a new entity, filled in with what was found."""
        proposal = get_object_or_404(NameProposal, pk=proposal_id)
        return self._panel(request, proposal, "new", _("A new entity"), {"kinds": Entity.Kind.choices})

    def _panel(self, request, proposal: NameProposal, name: str, title: str, context: dict) -> HttpResponse:
        """A part of a card; a page of its own where no script puts it there."""
        part = f"admin/archive/nameproposal/{name}.html"
        context |= {
            "proposal": proposal,
            "for_all": proposal.reason == NameProposal.Reason.UNKNOWN,
            "article_count": reviewing.alike(proposal).values("article").distinct().count(),
        }
        if _is_from_script(request):
            return render(request, part, context)
        page = self._context(request, title) | context | {"part": part}
        return render(request, "admin/archive/nameproposal/panel.html", page)

    def _context(self, request, title: str) -> dict:
        return self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": title,
            "keys": {action: Key(*letters) for action, letters in KEYS.items()},
            "back": request.GET.get("back", request.GET.urlencode()),
        }

    # --- Decisions -----------------------------------------------------------------------------------------------

    def decide_view(self, request):
        form = DecisionForm(request.POST)
        if not form.is_valid():
            problems = " ".join(error for errors in form.errors.values() for error in errors)
            return self._answer(request, problems, status=422)
        if form.cleaned_data["action"] == "skip":
            put_off = [*request.session.get(PUT_OFF, []), form.cleaned_data["proposal"].pk]
            request.session[PUT_OFF] = put_off[-MAX_PUT_OFF:]
            return self._answer(request, _("“%(name)s” is put off.") % {"name": form.cleaned_data["proposal"]})
        if form.cleaned_data["action"] == Action.CREATE and not request.user.has_perm("archive.add_entity"):
            raise PermissionDenied
        try:
            decision = form.decide(request.user)
        except DecisionError as problem:
            return self._answer(request, str(problem), status=409)
        self._log(request, decision)
        if decision.action == Action.CREATE:
            LogEntry.objects.log_actions(request.user.pk, [decision.entity], ADDITION, [{"added": {}}])
        self._relink(decision)
        return self._answer(request, told(decision))

    def undo_view(self, request):
        try:
            decision = deciding.undo_last(request.user)
        except DecisionError as problem:
            return self._answer(request, str(problem), status=409)
        self._log(request, decision)
        self._relink(decision)
        message = _("The decision about “%(name)s” is undone.") % {"name": decision}
        return self._answer(request, message, back=decision.proposal_ids[:MAX_LOGGED])

    def again_view(self, request):
        """Bring up again what was put off."""
        request.session.pop(PUT_OFF, None)
        return redirect(_desk(request))

    def _relink(self, decision: NameDecision) -> None:
        """Let the worker bring articles in line with the names that DECISION gave or refused, or no longer does."""
        if decision.names_entity and Entity.objects.filter(pk=decision.entity_id).exists():
            request_relinking(decision.entity)
        elif decision.names_entity or decision.refuses_name:
            # Who had the name is gone, or nobody is meant by it: others may stand there.
            request_relinking_name(decision.name)

    def _log(self, request, decision: NameDecision) -> None:
        proposals = NameProposal.objects.filter(pk__in=decision.proposal_ids[:MAX_LOGGED])
        LogEntry.objects.log_actions(request.user.pk, proposals, CHANGE, [{"changed": {"fields": ["state"]}}])

    def _answer(self, request, message: str, *, status: int = 200, back: list[int] | None = None) -> HttpResponse:
        """MESSAGE for the desk's script, or the desk again with it; BACK are proposals that wait again."""
        if _is_from_script(request):
            shown = render_to_string("admin/archive/nameproposal/progress.html", progress(request))
            return JsonResponse({"message": message, "progress": shown, "back": back or []}, status=status)
        self.message_user(request, message, messages.SUCCESS if status == 200 else messages.ERROR)
        return redirect(_desk(request))


class Key:
    """The key of an action: the letter shown in the interface's language, and the letters that act."""

    def __init__(self, latin: str, arabic: str):
        self.letters = f"{latin.lower()} {arabic}"
        self.latin = latin
        self.shown = arabic if get_language() == "ar" else latin


def progress(request: HttpRequest) -> dict[str, str]:
    """How many proposals the editor decided today, and how many are left, for the line over the desk."""
    today = timezone.localtime().date()
    midnight = timezone.make_aware(datetime.combine(today, time()))
    decided = NameProposal.objects.filter(decided_by=request.user, decided_at__gte=midnight).count()
    left = reviewing.count_waiting(reviewing.waiting())
    return {"decided": _number(decided), "left": reviewing.shown_count(left)}


def told(decision: NameDecision) -> str:
    """What an editor is told of a DECISION."""
    count = len(decision.proposal_ids)
    values = {"name": decision.name, "entity": decision.entity, "count": _number(count)}
    if decision.action == Action.REFUSE:
        return _("“%(name)s” is proposed nowhere any more.") % values
    if decision.action == Action.REJECT:
        message = ngettext(
            "“%(name)s” is rejected in %(count)s place.", "“%(name)s” is rejected in %(count)s places.", count
        )
        return message % values
    message = ngettext(
        "“%(name)s” is %(entity)s in %(count)s place.", "“%(name)s” is %(entity)s in %(count)s places.", count
    )
    return message % values


class RefusedNameForm(forms.ModelForm):
    def clean_name(self):
        name = self.cleaned_data["name"]
        if not (key := words(name)):
            raise forms.ValidationError(_("There is no word in this."))
        if RefusedName.objects.filter(key=key).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("This name is refused already."))
        return name


@admin.register(RefusedName)
class RefusedNameAdmin(FoundByKey, ReadableLog):
    """What editors said is no name anywhere; one that is deleted may be proposed again."""

    list_display = ["name", "refused_by", "shown_refused_at"]
    list_select_related = ["refused_by"]
    list_per_page = 50
    show_full_result_count = False
    form = RefusedNameForm
    fields = ["name"]
    shown_refused_at = moment_column("refused_at", gettext_lazy("refused at"))

    def save_model(self, request, obj, form, change):
        obj.refused_by = obj.refused_by or request.user
        super().save_model(request, obj, form, change)
        for name in {obj.name, form.initial.get("name", obj.name)}:
            request_relinking_name(name)

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        request_relinking_name(obj.name)

    def delete_queryset(self, request, queryset):
        names = list(queryset.values_list("name", flat=True))
        super().delete_queryset(request, queryset)
        for name in names:
            request_relinking_name(name)


def _is_from_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def _desk(request: HttpRequest) -> str:
    """The desk's address, narrowed as it was when the form that was sent was shown."""
    before = QueryDict(request.POST.get("back", "").lstrip("?"))
    kept = {name: before[name] for name in FilterForm.base_fields if before.get(name)}
    return reverse("admin:archive_nameproposal_review", query=kept or None)


def _number(value: int) -> str:
    return format_number(value, get_language())
