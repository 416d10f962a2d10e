"""Every page of the admin, with something to see on it. A new address without an entry here fails the walk."""

import re
from datetime import UTC, datetime
from typing import NamedTuple

import lxml.html
from axes.models import AccessAttempt
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from archive.ingest.journal import make_run
from archive.models import (
    Article,
    BulkChange,
    Capture,
    Dataset,
    Entity,
    EntityMerge,
    EntityPair,
    Image,
    ImportRun,
    NameProposal,
    RemovedPicture,
    Section,
    SetAsideRecord,
    WhatsAppEvent,
)
from tests.archive.outgoing.sample import rich_archive
from tests.factories import EntityFactory, NameProposalFactory

NO_ARGUMENTS = (
    *("index", "login", "password_change", "account", "second-factor", "second-factor-change", "watching"),
)
OF_ALL = ("changelist", "add", "change", "history", "delete")
NO_PAGES = {
    # Django's own: a script, answers to scripts, and where forms are sent.
    *("jsi18n", "autocomplete", "logout", "view_on_site", "password_change_done"),
    # Files, and where our forms and scripts send what was done.
    *("archive_capture_download", "archive_setasiderecord_download", "archive_importrun_report"),
    "archive_removedpicture_file",
    *("archive_article_restore", "archive_article_mention", "archive_entity_look"),
    *(f"archive_article_{way}" for way in ("bulk", "name", "presence", "writing")),
    *("archive_bulkchange_undo", "archive_deliverychannel_pause", "archive_deliverychannel_resume"),
    *(f"archive_importrun_{way}" for way in ("stop", "resume", "import", "progress")),
    *(f"archive_nameproposal_{way}" for way in ("decide", "undo", "again")),
    # Before a login, with what was typed so far: tests/archive/staff, tests/browser/test_login.py.
    *("login-code", "login-second-factor"),
}


def rich_newsroom() -> None:
    """Something of everything that editors, operators and administrators see."""
    rich_archive()
    clerk = User.objects.create_user("clerk", is_staff=True, first_name="هالة")
    clerk.groups.add(Group.objects.first())
    names = NameProposalFactory(name="سامية الخطيب"), NameProposalFactory(name="هدى الحاج", entity=EntityFactory())
    EntityPair.objects.create(first=names[1].entity, second=EntityFactory(), reason="name", likeness=0.5)
    run = make_run(["أخبار.jsonl"], by=clerk)
    ImportRun.objects.filter(pk=run.pk).update(
        state="running", created=1, failed=1, origin="أخبار.jsonl", bytes_done=30, bytes_total=100,
        started_at=datetime(2017, 12, 21, tzinfo=UTC),
    )  # fmt: skip
    run.entries.create(outcome="failed", origin="أخبار.jsonl:2", details={"reasons": [["json_not_object", {}]]})
    WhatsAppEvent.objects.create(body=b'{"entry": []}', digest="e" * 64, problem="بلا رسالة")
    AccessAttempt.objects.create(username="clerk", ip_address="192.0.2.7", failures_since_start=3)


def pages() -> dict[str, str]:
    """The addresses of all pages, by their names; raises KeyError for one that is not known here."""
    models = {f"{model._meta.app_label}_{model._meta.model_name}": model for model in admin.site._registry}
    return {name: _address(name, models) for name in _names(admin.site.get_urls()) if name not in NO_PAGES}


class Sent(NamedTuple):
    """A form as a browser sends it: to which ADDRESS, and WHAT. What answers it has no address of its own."""

    address: str
    what: dict[str, str]


def sent(client: Client) -> dict[str, Sent]:
    """What leads to the pages that only answer a form, by their names; CLIENT is an administrator's."""
    return {**_previews(), "archive_article_change, changed meanwhile": changed_meanwhile(client)}


def _previews() -> dict[str, Sent]:
    """What would become of all articles by each action of the list, before it is done."""
    address = reverse("admin:archive_article_bulk")
    what = {
        "ids": ",".join(str(number) for number in Article.objects.values_list("pk", flat=True)),
        "section": str(Section.objects.order_by("pk").first().pk),
        "entity": str(Entity.objects.order_by("pk").first().pk),
        "withdrawal_notice": "سُحب لخطأ فيه.",
    }
    first = {
        f"archive_article_bulk, {action}": {"ids": what["ids"], "action": action} for action in BulkChange.Action
    }
    chosen = {f"archive_article_bulk, {action}, chosen": what | {"action": action} for action in BulkChange.Action}
    return {name: Sent(address, values) for name, values in (first | chosen).items()}


def changed_meanwhile(client: Client) -> Sent:
    """The form of an article with a picture, in which another has changed the same since it was opened."""
    picture = Image.objects.order_by("pk").first()
    address = reverse("admin:archive_article_change", args=[picture.article_id])
    form = lxml.html.fromstring(client.get(address).content.decode()).get_element_by_id("article_form")
    what = dict(form.form_values()) | {"title": "عنوان كتبته أنا", "summary": "ملخص كتبته أنا."}
    place = next(name for name in what if name.startswith("images-") and name.endswith("-caption"))
    Article.objects.filter(pk=picture.article_id).update(title="عنوان كتبه غيري", summary="ملخص كتبه غيري.")
    Image.objects.filter(article=picture.article_id).update(caption="شرح كتبه غيري")
    return Sent(address, what | {place: "شرح كتبته أنا"})


def addresses() -> dict[str, str]:
    """All addresses by their names, of pages and of all else; raises KeyError for one that is not known here."""
    models = {f"{model._meta.app_label}_{model._meta.model_name}": model for model in admin.site._registry}
    return {name: _address(name, models) for name in _names(admin.site.get_urls())}


def missing_addresses() -> dict[str, str]:
    """The same addresses with numbers of nothing, those that have any."""
    found = addresses()
    return {name: re.sub(r"(?<=/)[0-9]+(?=/)", "9999999", address) for name, address in found.items()}


def _names(patterns: list[URLPattern | URLResolver]) -> list[str]:
    found = []
    for pattern in patterns:
        found += _names(pattern.url_patterns) if isinstance(pattern, URLResolver) else [pattern.name]
    return [name for name in found if name]


def _address(name: str, models: dict) -> str:
    model, _under, way = name.rpartition("_")
    if model in models and way in OF_ALL:
        arguments = [] if way in ("changelist", "add") else [models[model]._default_manager.order_by("pk").first().pk]
        return reverse(f"admin:{name}", args=arguments)
    return reverse(f"admin:{name}", args=_arguments(name))


def _arguments(name: str) -> list:
    revised = Article.objects.filter(events__isnull=False).order_by("pk").first()
    clerk = User.objects.get(username="clerk")
    waiting = NameProposal.objects.filter(state=NameProposal.State.WAITING).order_by("pk").first()
    return {
        **{name: [] for name in NO_ARGUMENTS},
        "app_list": ["archive"],
        "archive_article_comparison": [revised.pk],
        "archive_article_state": [Article.objects.filter(status="draft").order_by("pk").first().pk, "review"],
        "archive_article_versions": [revised.pk],
        "archive_article_version": [revised.pk, revised.events.order_by("pk").first().pk],
        "archive_article_work": ["section"],
        "archive_entity_merge": [],
        "archive_entity_pairs": [],
        "archive_entity_unmerge": [EntityMerge.objects.first().pk],
        "archive_entity_split": [Entity.objects.order_by("pk").first().pk],
        "archive_nameproposal_review": [],
        "archive_nameproposal_other": [waiting.pk],
        "archive_nameproposal_new": [waiting.pk],
        "archive_dataset_figures": [Dataset.objects.order_by("pk").first().pk],
        "auth_user_password_change": [clerk.pk],
        "auth_user_sessions": [clerk.pk],
        "auth_user_second_factor": [clerk.pk],
        **_arguments_of_no_pages(revised),
    }[name]


def _arguments_of_no_pages(article: Article) -> dict[str, list]:
    run, version = ImportRun.objects.order_by("pk").first(), article.events.order_by("pk").first()
    return {
        **{name: [] for name in ("login-code", "login-second-factor", "logout", "jsi18n", "autocomplete")},
        **{f"archive_article_{way}": [] for way in ("bulk", "writing")},
        **{f"archive_nameproposal_{way}": [] for way in ("decide", "undo", "again")},
        **{f"archive_article_{way}": [article.pk] for way in ("mention", "name", "presence")},
        **{f"archive_importrun_{way}": [run.pk] for way in ("stop", "resume", "import", "progress", "report")},
        **{f"archive_deliverychannel_{way}": ["email"] for way in ("pause", "resume")},
        "password_change_done": [],
        "view_on_site": [ContentType.objects.get_for_model(Article).pk, article.pk],
        "archive_article_restore": [article.pk, version.pk],
        "archive_entity_look": [],
        "archive_bulkchange_undo": [BulkChange.objects.order_by("pk").first().pk],
        "archive_capture_download": [Capture.objects.order_by("pk").first().pk],
        "archive_removedpicture_file": [RemovedPicture.objects.order_by("pk").first().pk],
        "archive_setasiderecord_download": [SetAsideRecord.objects.order_by("pk").first().pk],
    }
