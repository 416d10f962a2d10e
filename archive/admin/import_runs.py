"""Imports in the admin: files are sent, the worker takes them in, and the page of each import shows how that goes."""

import json
from collections.abc import Iterator

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, get_language_bidi, gettext_lazy, ngettext, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from procrastinate.contrib.django.models import ProcrastinateJob

from archive.admin.change_log import ReadableLog
from archive.admin.columns import moment_column
from archive.admin.format_labels import format_label
from archive.ingest import uploads
from archive.ingest.dates import parse_operator_date
from archive.ingest.formats import READERS
from archive.ingest.importing import ANY_FORMAT
from archive.ingest.journal import entries_of, entry_of, make_run, note_of
from archive.ingest.notes import reason, sentence
from archive.ingest.progress import pace_of
from archive.ingest.records import Note
from archive.ingest.report import Outcome, outcome_labels
from archive.models import ImportRun, SetAsideRecord, Source
from archive.staff.unattended import unattended
from archive.tasks.imports import is_left_alone, request_import, request_stop
from archive.tasks.queue import queue_state
from archive.text.dates import format_date, format_number
from archive.upload_limit import is_upload_too_large, upload_problem

ENTRIES_PER_PAGE = 50
NAMES_SHOWN = 3
ISOLATE, END_ISOLATE = "\u2068", "\u2069"
RIGHT_TO_LEFT_MARK, LEFT_TO_RIGHT_MARK = "\u200f", "\u200e"
State = ImportRun.State

NAMED_FIELDS = {
    "title": gettext_lazy("title"),
    "body": gettext_lazy("text"),
    "published": gettext_lazy("date of publication"),
    "author": gettext_lazy("authors"),
    "section": gettext_lazy("section"),
    "source": gettext_lazy("source"),
    "url": gettext_lazy("web address"),
}
"""The fields of a record that an editor may say the names of; the command's mapping file has them all."""

# Jobs are English inside, and an editor has the pages of imports and feeds.
admin.site.unregister(ProcrastinateJob)


class FilesField(forms.FileField):
    """One file or several; empty ones too, about which the report has more to say."""

    widget = forms.ClearableFileInput

    def clean(self, data, initial=None):
        files = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(file, initial) for file in files] or [super().clean(None, initial)]


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class UploadForm(forms.Form):
    """What to import, and what to say of all of it; `cleaned_data` has `files`, and the arguments of a run."""

    files = FilesField(
        label=gettext_lazy("Files"), widget=FilesInput(attrs={"multiple": True}), allow_empty_file=True
    )
    source = forms.ModelChoiceField(
        Source.objects.order_by("name"),
        label=gettext_lazy("source"),
        required=False,
        empty_label=gettext_lazy("As each record says"),
        to_field_name="slug",
    )
    published = forms.CharField(
        label=gettext_lazy("Date of what has none"),
        required=False,
        help_text=gettext_lazy("A day, month or year: 2017-12-21, 2017-12 or 2017. Unknown when left empty."),
        widget=forms.TextInput(attrs={"dir": "ltr", "size": 12}),
    )
    format = forms.ChoiceField(label=gettext_lazy("Format"), required=False)
    dry_run = forms.BooleanField(
        label=gettext_lazy("A trial first"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Tells what would happen and changes nothing; the import itself is one click then."),
    )
    separate = forms.BooleanField(
        label=gettext_lazy("Apart from those of other sources"),
        required=False,
        help_text=gettext_lazy(
            "Makes articles of the very bytes that another source has given already, too. Otherwise the report says "
            "which articles they are."
        ),
    )
    draft = forms.BooleanField(label=gettext_lazy("Leave new articles as drafts"), required=False)
    announce = forms.BooleanField(
        label=gettext_lazy("Tell subscribers"),
        required=False,
        help_text=gettext_lazy("Of new articles of these days. Otherwise only of what editors publish."),
    )

    def __init__(self, *args, may_publish: bool, **kwargs):
        super().__init__(*args, **kwargs)
        names = [(reader.name, _beginning_a_line(reader.name)) for reader in READERS]
        self.fields["format"].choices = [(ANY_FORMAT, _("Found by content")), *names]
        self._may_publish = may_publish
        if not may_publish:
            del self.fields["draft"], self.fields["announce"]
        for name, label in NAMED_FIELDS.items():
            box = forms.TextInput(attrs={"dir": "auto", "size": 24})
            self.fields[f"name_{name}"] = forms.CharField(label=label, required=False, max_length=200, widget=box)

    @property
    def name_boxes(self) -> list[forms.BoundField]:
        return [self[f"name_{name}"] for name in NAMED_FIELDS]

    @property
    def names_given(self) -> bool:
        return any(box.value() for box in self.name_boxes)

    @property
    def main_boxes(self) -> list[forms.BoundField]:
        return [box for box in self if not box.name.startswith("name_")]

    def clean_published(self) -> str:
        text = self.cleaned_data["published"].strip()
        if text and parse_operator_date(text) is None:
            raise forms.ValidationError(
                _("“%(date)s” is no date: write 2017-12-21, 2017-12 or 2017.") % {"date": text}
            )
        return text

    def arguments(self) -> dict:
        """The arguments of the run, as the command gives them."""
        data, source = self.cleaned_data, self.cleaned_data["source"]
        mapping = {name: [called] for name in NAMED_FIELDS if (called := data[f"name_{name}"])}
        return {
            "format": data["format"] or ANY_FORMAT,
            "source": source.slug if source else "",
            "published": data["published"] or None,
            "separate": data["separate"],
            "draft": data.get("draft", False) or not self._may_publish,
            "dry_run": data["dry_run"],
            **({"mapping": mapping} if mapping else {}),
            **({"announce": True} if data.get("announce") else {}),
        }


def _beginning_a_line(name: str) -> str:
    """The format of that NAME; its own name is written as it is wherever it stands."""
    label = format_label(name)
    return label if label == name else capfirst(label)


@admin.register(ImportRun)
class ImportRunAdmin(ReadableLog):
    """The list of imports, a form to begin one, and the page of each."""

    list_display = ["shown_name", "shown_state", "shown_created_at", "shown_by", "shown_counts"]
    list_filter = ["state"]
    list_select_related = ["by"]
    show_full_result_count = False
    shown_created_at = moment_column("created_at", gettext_lazy("begun at"))

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=gettext_lazy("what is imported"))
    def shown_name(self, run):
        return name_of(run)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def shown_state(self, run):
        return state_of(run)

    @admin.display(description=gettext_lazy("begun by"))
    def shown_by(self, run):
        return run.by.get_full_name() or run.by.get_username() if run.by else None

    @admin.display(description=gettext_lazy("records"))
    def shown_counts(self, run):
        return format_number(run.total, get_language())

    def get_urls(self):
        ways = [
            ("<int:run_id>/stop/", require_POST(self.stop_view), "archive_importrun_stop"),
            ("<int:run_id>/resume/", require_POST(self.resume_view), "archive_importrun_resume"),
            ("<int:run_id>/import/", require_POST(self.import_view), "archive_importrun_import"),
            ("<int:run_id>/progress/", self.progress_view, "archive_importrun_progress"),
            ("<int:run_id>/report.json", self.report_view, "archive_importrun_report"),
        ]
        return [
            *(path(way, self.admin_site.admin_view(view), name=name) for way, view, name in ways),
            *super().get_urls(),
        ]

    def add_view(self, request, form_url="", extra_context=None):
        """Take files in, and let the worker begin with them."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        may_publish = request.user.has_perm("archive.publish_article")
        form = UploadForm(may_publish=may_publish)
        if request.method == "POST":
            form = UploadForm(request.POST, request.FILES, may_publish=may_publish)
            if is_upload_too_large(request):
                form.errors["files"] = form.error_class([_too_large_sentence()])
            elif problem := upload_problem(request):
                form.errors["files"] = form.error_class([_unkept_sentence(problem)])
            elif form.is_valid() and (run := self._begin(request, form)):
                return redirect("admin:archive_importrun_change", run.pk)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("Import articles"),
            "form": form,
            "queue": queue_state(),
        }
        return render(request, "admin/archive/importrun/upload.html", context)

    def _begin(self, request: HttpRequest, form: UploadForm) -> ImportRun | None:
        try:
            folder, paths = uploads.keep(form.cleaned_data["files"])
        except OSError as problem:
            form.add_error("files", _unkept_sentence(problem))
            return None
        with transaction.atomic():
            run = make_run(list(map(str, paths)), by=request.user, **form.arguments())
            run.folder = str(folder)
            run.save(update_fields=["folder"])
            request_import(run)
            self.log_addition(request, run, [{"added": {}}])
        return run

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The page of an import: how it goes, what became of every record, and what can be done about it."""
        run = self._readable(request, object_id)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": name_of(run),
            "run": run,
            "page_of_run": RunPage(run, request),
            "may_change": self.has_change_permission(request, run),
            "may_add": self.has_add_permission(request),
            "set_aside_count": self._set_aside_count(request, run),
        }
        return render(request, "admin/archive/importrun/run.html", context)

    @unattended
    def progress_view(self, request, run_id):
        """The same page, for which it asks by itself again and again while the import is under way."""
        return self.change_view(request, run_id)

    def _set_aside_count(self, request: HttpRequest, run: ImportRun) -> int:
        """How many records of RUN wait to be tried again, for those who may see them."""
        if not request.user.has_perm("archive.view_setasiderecord"):
            return 0
        return run.set_aside.filter(state=SetAsideRecord.State.WAITING).count()

    def stop_view(self, request, run_id):
        run = self._changeable(request, run_id)
        if run.state in (State.WAITING, State.RUNNING):
            request_stop(run)
            self.message_user(request, _("The import ends after the records under way."), messages.SUCCESS)
        return redirect("admin:archive_importrun_change", run_id)

    def resume_view(self, request, run_id):
        run = self._changeable(request, run_id)
        if may_resume(run):
            request_import(run)
        return redirect("admin:archive_importrun_change", run_id)

    def import_view(self, request, run_id):
        """After a trial: the same for good."""
        trial = self._changeable(request, run_id)
        if not self.has_add_permission(request):
            raise PermissionDenied
        if not may_import(trial):
            return redirect("admin:archive_importrun_change", run_id)
        with transaction.atomic():
            run = make_run(trial.paths, by=request.user, **trial.arguments | {"dry_run": False})
            run.folder = trial.folder
            run.save(update_fields=["folder"])
            request_import(run)
            self.log_addition(request, run, [{"added": {}}])
        return redirect("admin:archive_importrun_change", run.pk)

    def report_view(self, request, run_id):
        run = self._readable(request, run_id)
        return StreamingHttpResponse(
            report_parts(run),
            content_type="application/json; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="import-{run.pk}.json"'},
        )

    def _readable(self, request: HttpRequest, run_id) -> ImportRun:
        if not self.has_view_permission(request):  # Asked first: whether there is such an import is nobody else's.
            raise PermissionDenied
        if not str(run_id).isdecimal():
            raise Http404
        return get_object_or_404(ImportRun.objects.select_related("by"), pk=run_id)

    def _changeable(self, request: HttpRequest, run_id: int) -> ImportRun:
        run = self._readable(request, run_id)
        if not self.has_change_permission(request, run):
            raise PermissionDenied
        return run


class RunPage:
    """What the page of RUN shows, in the reader's language; FACTS are pairs of a name and what there is to say."""

    def __init__(self, run: ImportRun, request: HttpRequest):
        self.run = run
        self.state = state_of(run)
        self.is_active = run.state in (State.WAITING, State.RUNNING)
        self.is_trial = bool(run.arguments.get("dry_run"))
        self.queue = queue_state()
        self.is_left_alone = run.state == State.RUNNING and is_left_alone(run)
        self.may_resume = may_resume(run)
        self.may_import = may_import(run)
        self.command = ""
        if run.state in (State.STOPPED, State.FAILED) and not uploads.folder_of(run) and not self.may_resume:
            self.command = f"script/manage import_articles --resume {run.pk}"
        self.problem = sentence(note_of(run.problem)) if run.problem else ""
        self.notes = [sentence(note_of(note)) for note in run.notes]
        self.names = [uploads.shown(name) for name in run.paths]
        wanted = request.GET.get("outcome", "")
        self.outcome = wanted if wanted in set(Outcome) else ""
        self.outcomes = list(self._outcomes())
        entries = run.entries.filter(outcome=self.outcome) if self.outcome else run.entries.all()
        self.page = Paginator(entries.select_related("article"), ENTRIES_PER_PAGE).get_page(request.GET.get("p"))

    @property
    def percent(self) -> int | None:
        total = self.run.bytes_total
        return min(100 * self.run.bytes_done // total, 100) if total else None

    def facts(self) -> Iterator[tuple[str, str]]:
        run, pace, language = self.run, pace_of(self.run), get_language()
        yield _("records"), format_number(run.total, language)
        if pace.rate:
            yield _("records a second"), format_number(round(pace.rate, 1 if pace.rate < 10 else None), language)
        if self.is_active and pace.time_left:
            yield _("time left"), pace.time_left
        if run.origin and self.is_active:
            yield _("being read"), uploads.shown(run.origin)
        for label, moment in ((_("begun at"), run.started_at), (_("ended at"), run.finished_at)):
            if moment:
                yield label, format_date(timezone.localtime(moment), language, precision="minute")
        if run.by:
            yield _("begun by"), run.by.get_full_name() or run.by.get_username()
        for name, label in ARGUMENT_LABELS.items():
            if (value := run.arguments.get(name)) and value != ANY_FORMAT:
                yield str(label), _("Yes") if value is True else format_label(value) if name == "format" else value
        if mapping := run.arguments.get("mapping"):
            named = {**NAMED_FIELDS, **{name: name for name in mapping if name not in NAMED_FIELDS}}
            said = [f"{label}: {_(', ').join(mapping[name])}" for name, label in named.items() if name in mapping]
            yield _("Names in the file"), _("; ").join(said)

    def _outcomes(self) -> Iterator[tuple[str, str, int]]:
        labels = outcome_labels(is_trial=self.is_trial)
        for outcome in Outcome:
            if count := getattr(self.run, outcome.value):
                yield outcome.value, labels[outcome], count

    def entries(self) -> Iterator[dict]:
        labels = outcome_labels(is_trial=self.is_trial)
        for row in self.page.object_list:
            entry = entry_of(row)
            yield {
                "outcome": entry.outcome.value,
                "label": labels[entry.outcome],
                "title": entry.title,
                "origin": uploads.shown(entry.origin),
                "article": row.article,
                "reasons": [sentence(note) for note in entry.reasons],
                "dropped": [(line.text, sentence(Note(line.code))) for line in entry.dropped],
            }


ARGUMENT_LABELS = {
    "source": gettext_lazy("source"),
    "published": gettext_lazy("Date of what has none"),
    "format": gettext_lazy("Format"),
    "draft": gettext_lazy("Leave new articles as drafts"),
    "announce": gettext_lazy("Tell subscribers"),
}


def name_of(run: ImportRun) -> str:
    """The first names of what RUN is of, and how many more there are."""
    if "retry" in run.arguments:
        return _("records set aside, tried again")
    if "reimport" in run.arguments:
        return _("originals, read again")
    # Each keeps its own direction, whatever script the one beside it is in, and together they have the page's.
    names = [f"{ISOLATE}{uploads.shown(name)}{END_ISOLATE}" for name in run.paths]
    mark = RIGHT_TO_LEFT_MARK if get_language_bidi() else LEFT_TO_RIGHT_MARK
    shown = mark + _(", ").join(names[:NAMES_SHOWN]) if names else f"{run.pk}"
    more = len(names) - NAMES_SHOWN
    if more <= 0:
        return shown
    text = ngettext("%(names)s and %(count)s more", "%(names)s and %(count)s more", more)
    return text % {"names": shown, "count": format_number(more, get_language())}


def state_of(run: ImportRun) -> str:
    label = run.get_state_display()
    if not run.arguments.get("dry_run"):
        return label
    return pgettext("import", "trial: %(state)s") % {"state": label}


def may_resume(run: ImportRun) -> bool:
    """Whether the worker can go on with RUN: it has not come to its end, and what it is of is here.

    Files that an operator named are where the command is run; the worker may be elsewhere.
    """
    return run.state in (State.STOPPED, State.FAILED) and (uploads.are_here(run) or not run.paths)


def may_import(run: ImportRun) -> bool:
    """Whether RUN is a trial whose files are still here."""
    return bool(run.arguments.get("dry_run")) and run.state == State.FINISHED and uploads.are_here(run)


def report_parts(run: ImportRun) -> Iterator[str]:
    """The report of RUN, as `import_articles --report` writes it, piece by piece."""
    yield '{"records": ['
    for number, entry in enumerate(entries_of(run)):
        record = entry.as_json() | {"origin": uploads.shown(entry.origin)}
        yield (",\n" if number else "\n") + json.dumps(record, ensure_ascii=False)
    summary = {
        "started_at": run.started_at and run.started_at.isoformat(timespec="seconds"),
        "total": run.total,
        "notes": [
            {"code": note.code, "message": sentence(note), "values": note.values} for note in map(note_of, run.notes)
        ],
        "counts": {outcome.value: getattr(run, outcome.value) for outcome in Outcome},
        "state": run.state,
        "dry_run": bool(run.arguments.get("dry_run")),
    }
    yield f"\n],\n{json.dumps(summary, ensure_ascii=False)[1:]}\n"


def _unkept_sentence(problem: OSError) -> str:
    return _("The files cannot be kept on the server: %(problem)s") % {"problem": reason(problem)}


def _too_large_sentence() -> str:
    text = ngettext(
        "The files are larger than %(count)s megabyte in all: send fewer at a time, or import them on the server by "
        "script/manage import_articles.",
        "The files are larger than %(count)s megabytes in all: send fewer at a time, or import them on the server by "
        "script/manage import_articles.",
        settings.MAX_UPLOAD_MEGABYTES,
    )
    return text % {"count": format_number(settings.MAX_UPLOAD_MEGABYTES, get_language())}
