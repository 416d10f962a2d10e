"""The review desk as plain forms, and as its script sends them."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.urls import reverse

from archive.entities.linking import link_mentions
from archive.models import Alias, Entity, Mention, NameDecision, NameProposal, RefusedName
from archive.tasks.names import relink_entity, relink_name
from tests.factories import ArticleFactory, EntityFactory, NameProposalFactory, SectionFactory
from tests.queue import waiting_jobs

DESK, DECIDE, UNDO, AGAIN = (
    reverse(f"admin:archive_nameproposal_{name}") for name in ("review", "decide", "undo", "again")
)
SCRIPT = {"X-Requested-With": "fetch"}


def shown(client, **filters) -> list[str]:
    return [group.proposal.name for group in client.get(DESK, filters).context["groups"]]


def decide(client, proposal: NameProposal, action: str, **fields):
    data = {"proposal": proposal.pk, "action": action} | fields
    return client.post(DECIDE, data, headers=SCRIPT)


def forget_jobs() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def states() -> list[str]:
    return list(NameProposal.objects.order_by("pk").values_list("state", flat=True))


# --- What is shown -----------------------------------------------------------------------------------------------


def test_the_surest_come_first_and_what_is_decided_not_at_all(editor):
    for name, confidence in (("زياد", 0.4), ("ريم", 0.9), ("هدى", 0.6)):
        NameProposalFactory(name=name, confidence=confidence)
    NameProposalFactory(name="منى", state="rejected", confidence=1)
    assert shown(editor) == ["ريم", "هدى", "زياد"]


def test_what_waits_is_narrowed(editor):
    section = SectionFactory()
    NameProposalFactory(name="ريم", kind="person", reason="shared")
    NameProposalFactory(name="صور", kind="place", reason="homograph")
    article = ArticleFactory(section=section, body="<p>وقالت هدى ذلك.</p>")
    NameProposalFactory(name="هدى", kind="place", article=article)
    assert shown(editor, kind="place", reason="homograph") == ["صور"]
    assert shown(editor, section=section.pk) == ["هدى"]
    assert len(shown(editor, kind="x", section="x")) == 3


def test_the_sentence_is_shown_as_it_is_printed_and_escaped(editor):
    article = ArticleFactory(
        title="خبر <b>", body="<p>جملة أولى. وَلِرِيم &lt;العلي&gt; رأي. وجملة.</p>", published_at="2017-12-21T08:30Z"
    )
    NameProposalFactory(name="ريم", article=article, start=13, end=19)
    page = editor.get(DESK).content.decode()
    assert '<bdi lang="ar"><mark>وَلِرِيم</mark> &lt;العلي&gt; رأي.</bdi>' in page
    assert "خبر &lt;b&gt;" in page
    assert '<time datetime="2017-12-21' in page


def test_names_alike_are_one_card_with_their_articles(editor, count_queries):
    ali = EntityFactory(name="علي")
    for name in ("ريم العلي", "رِيم العلي", "ريم العلي"):
        NameProposalFactory(name=name, entity=ali, confidence=0.7)
    NameProposalFactory(name="ريم العلي", entity=None, confidence=0.6)
    groups = editor.get(DESK).context["groups"]
    assert [(group.article_count, len(group.others), group.entity) for group in groups] == [(3, 2, ali), (1, 0, None)]
    few = count_queries(lambda: editor.get(DESK))
    for number in range(3):
        NameProposalFactory(name=f"اسم {number}")
    assert count_queries(lambda: editor.get(DESK)) == few


def test_a_card_says_when_a_known_entity_has_the_name(editor):
    """A name may be known and yet not be linked where it stands: it only seems to be one there."""
    amman = EntityFactory(name="عمّان")
    for name, entity in (("عمان", amman), ("عمّانُ القديمة", amman), ("زياد", None)):
        NameProposalFactory(name=name, entity=entity)
    response = editor.get(DESK)
    assert {group.proposal.name: group.is_its_name for group in response.context["groups"]} == {
        "عمان": True,
        "عمّانُ القديمة": False,
        "زياد": False,
    }
    page = response.content.decode()
    assert (page.count("اسم معروف من قبل"), page.count("<span>يبدو اسمًا</span>")) == (1, 3)


def test_a_page_has_so_many_cards_however_many_proposals_a_name_has(editor, monkeypatch):
    monkeypatch.setattr("archive.entities.reviewing.GROUPS_PER_PAGE", 2)
    monkeypatch.setattr("archive.entities.reviewing.ROWS_PER_LOOK", 2)
    for name, count in (("ريم", 3), ("هدى", 2), ("زياد", 1)):
        for _ in range(count):
            NameProposalFactory(name=name, confidence=count / 10)
    assert shown(editor) == ["ريم", "هدى"]


def test_progress_counts_what_the_editor_decided_today(editor):
    first, _second = NameProposalFactory(name="ريم"), NameProposalFactory(name="هدى")
    NameProposalFactory(name="زياد", state="rejected")
    assert editor.get(DESK).context["progress"] == {"decided": "٠", "left": "٢"}
    answer = decide(editor, first, "reject").json()
    assert ("<strong>١</strong>" in answer["progress"], answer["message"]) == (True, "رُفض «ريم» في موضع واحد.")


def test_more_than_is_counted_is_said_so(editor, monkeypatch):
    monkeypatch.setattr("archive.entities.reviewing.MAX_COUNTED", 1)
    for _ in range(2):
        NameProposalFactory()
    assert editor.get(DESK).context["progress"]["left"] == "أكثر من ١"


# --- Decisions ---------------------------------------------------------------------------------------------------


def test_accepting_links_the_suggested_entity(editor):
    entity = EntityFactory(name="ريم العلي")
    proposal = NameProposalFactory(name="ريم العلي", entity=entity)
    answer = decide(editor, proposal, "accept", entity=entity.pk)
    assert answer.json()["message"] == "«ريم العلي» هو ريم العلي في موضع واحد."
    assert Mention.objects.get().entity == entity
    assert waiting_jobs() == []
    entry = LogEntry.objects.get()
    assert (entry.user.username, entry.object_id) == ("editor", str(proposal.pk))
    assert entry.get_change_message() == "تم تغيير الحالة."


def test_another_entity_is_given_the_name_and_linked_by_the_worker(editor):
    entity = EntityFactory(name="ريم العلي")
    proposal = NameProposalFactory(name="ريما العلي")
    decide(editor, proposal, "accept", entity=entity.pk)
    assert set(entity.aliases.values_list("name", flat=True)) == {"ريم العلي", "ريما العلي"}
    assert waiting_jobs() == [("relink", {"entity_id": entity.pk})]


def test_a_new_entity_is_made_and_logged(editor):
    proposal = NameProposalFactory(name="ريم العلي")
    decide(editor, proposal, "create", kind="person", name="ريم العلي", name_latin="Reem Ali")
    entity = Entity.objects.get()
    assert (entity.name, entity.name_latin) == ("ريم العلي", "Reem Ali")
    assert set(LogEntry.objects.values_list("action_flag", "object_id")) == {
        (1, str(entity.pk)),
        (2, str(proposal.pk)),
    }
    assert waiting_jobs() == [("relink", {"entity_id": entity.pk})]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [({}, ["rejected", "waiting", "waiting"]), ({"for_all": "on"}, ["rejected", "rejected", "waiting"])],
)
def test_one_decision_holds_for_all_of_a_name_if_that_is_said(editor, fields, expected):
    first, _second = (NameProposalFactory(name="ريم") for _ in range(2))
    NameProposalFactory(name="ريم", kind="place")
    decide(editor, first, "reject", **fields)
    assert states() == expected


@pytest.mark.parametrize("fields", [{"action": "accept"}, {"action": "create", "kind": "person", "name": "الخطيب"}])
@pytest.mark.parametrize(("for_all", "linked"), [("", 1), ("on", 3)])
def test_what_is_said_of_one_article_links_the_name_nowhere_else(editor, fields, for_all, linked):
    known = EntityFactory(name="سامية الخطيب")
    first, second = (NameProposalFactory(name="الخطيب") for _ in range(2))
    ArticleFactory(body=second.article.body)
    decide(editor, first, entity=known.pk, for_all=for_all, **fields)
    for _name, arguments in waiting_jobs():
        relink_entity(**arguments)
    assert Mention.objects.values("article").distinct().count() == linked


def test_one_name_is_of_two_in_two_articles_and_of_neither_anywhere_else(editor):
    entities = EntityFactory(name="سامية الخطيب"), EntityFactory(name="زياد الخطيب")
    proposals = [NameProposalFactory(name="الخطيب") for _ in entities]
    for proposal, entity in zip(proposals, entities, strict=True):
        decide(editor, proposal, "accept", entity=entity.pk)
    assert list(Alias.objects.filter(key="الخطيب").values_list("ambiguous", flat=True)) == [True, True]


def test_what_is_said_of_the_last_article_that_waits_is_said_of_it_alone(editor):
    """Whatever became of the others: here their entity lost the name again."""
    entities = EntityFactory(name="سامية الخطيب"), EntityFactory(name="زياد الخطيب")
    first, last = (NameProposalFactory(name="الخطيب") for _ in entities)
    decide(editor, first, "accept", entity=entities[0].pk)
    entities[0].aliases.filter(name="الخطيب").delete()
    decide(editor, last, "accept", entity=entities[1].pk)
    assert entities[1].aliases.get(name="الخطيب").ambiguous


@pytest.mark.parametrize(("field", "value"), [("reason", "shared"), ("name", "الخطيب")])
def test_a_name_that_another_has_is_not_the_entity_s_alone(editor, field, value):
    if field == "name":
        EntityFactory(name=value)
    entity = EntityFactory(name="سامية الخطيب")
    decide(editor, NameProposalFactory(**{"name": "الخطيب", field: value}), "accept", entity=entity.pk)
    assert entity.aliases.get(name="الخطيب").ambiguous


def test_a_name_that_was_found_nowhere_else_is_taken_for_the_entity_s(editor):
    NameProposalFactory(name="الخطيب", state="rejected")
    entity = EntityFactory(name="سامية الخطيب")
    decide(editor, NameProposalFactory(name="الخطيب"), "accept", entity=entity.pk)
    assert not entity.aliases.get(name="الخطيب").ambiguous


def test_a_name_that_is_refused_everywhere_is_linked_nowhere_until_that_is_undone(editor):
    entity = EntityFactory(name="نادي الربوة", aliases=["الربوة"])
    article = ArticleFactory(body="<p>إلى الربوة</p>")
    link_mentions([article.pk])
    decide(editor, NameProposalFactory(name="الرَّبوة"), "refuse")
    for linked in (False, True):
        assert waiting_jobs()[-1] == ("relink_name", {"key": "الربوه"})
        relink_name(**waiting_jobs()[-1][1])
        assert entity.mentions.exists() is linked
        forget_jobs()
        editor.post(UNDO, headers=SCRIPT)


def test_rejecting_everywhere_is_for_every_kind(editor):
    first = NameProposalFactory(name="صور")
    NameProposalFactory(name="صُور", kind="place")
    answer = decide(editor, first, "refuse").json()
    assert answer["message"] == "لن يُقترح «صور» في أي مكان بعد الآن."
    assert states() == ["rejected", "rejected"]
    assert RefusedName.objects.get().refused_by.username == "editor"


def test_what_is_put_off_comes_up_again_when_asked_for(editor):
    first, _second = NameProposalFactory(name="ريم", confidence=0.9), NameProposalFactory(name="هدى")
    decide(editor, first, "skip")
    assert (shown(editor), states()) == (["هدى"], ["waiting", "waiting"])
    editor.post(AGAIN)
    assert shown(editor) == ["ريم", "هدى"]


def test_the_last_decision_is_undone_and_then_the_one_before(editor):
    first, second = NameProposalFactory(name="ريم"), NameProposalFactory(name="هدى")
    decide(editor, first, "create", kind="person", name="ريم")
    decide(editor, second, "reject")
    answers = [editor.post(UNDO, headers=SCRIPT) for _ in range(3)]
    assert [(answer.status_code, answer.json()["back"]) for answer in answers] == [
        (200, [second.pk]),
        (200, [first.pk]),
        (409, []),
    ]
    assert states() == ["waiting", "waiting"]
    assert not (Entity.objects.exists() or Mention.objects.exists() or Alias.objects.exists())


def test_a_name_taken_back_from_an_entity_is_looked_for_no_more(editor):
    entity = EntityFactory(name="ريم العلي")
    decide(editor, NameProposalFactory(name="ريما العلي"), "accept", entity=entity.pk)
    jobs = len(waiting_jobs())
    editor.post(UNDO, headers=SCRIPT)
    assert (jobs, waiting_jobs()) == (1, [("relink", {"entity_id": entity.pk})])


@pytest.mark.parametrize(
    ("action", "fields", "status"),
    [
        ("accept", {}, 422),
        ("accept", {"entity": 10**9}, 422),
        ("create", {"kind": "person"}, 422),
        ("create", {"kind": "thing", "name": "ريم"}, 422),
        ("praise", {}, 422),
    ],
)
def test_what_lacks_is_said_and_nothing_is_decided(editor, action, fields, status):
    answer = decide(editor, NameProposalFactory(), action, **fields)
    assert (answer.status_code, bool(answer.json()["message"])) == (status, True)
    assert states() == ["waiting"]


def test_what_another_decided_meanwhile_is_said(editor):
    answer = decide(editor, NameProposalFactory(state="accepted"), "reject")
    assert (answer.status_code, answer.json()["message"]) == (409, "بُتّ في هذا من قبل، أو تغيّر النص.")


# --- Without scripts ---------------------------------------------------------------------------------------------


def test_a_plain_form_leads_back_to_the_desk_as_it_was_narrowed(editor):
    proposal = NameProposalFactory(name="ريم")
    data = {"proposal": proposal.pk, "action": "reject", "back": "kind=person&section=&next=//evil.example"}
    answer = editor.post(DECIDE, data)
    assert answer.url == f"{DESK}?kind=person"
    page = editor.get(answer.url)
    assert [str(message) for message in page.context["messages"]] == ["رُفض «ريم» في موضع واحد."]
    assert editor.post(UNDO).url == DESK


@pytest.mark.parametrize(("headers", "whole"), [({}, True), (SCRIPT, False)])
def test_entities_are_chosen_by_any_of_their_names(editor, headers, whole):
    reem, _other = EntityFactory(name="ريم العلي", aliases=["Reem Ali"]), EntityFactory(name="زياد")
    proposal = NameProposalFactory(name="ريما")
    address = reverse("admin:archive_nameproposal_other", args=[proposal.pk])
    page = editor.get(address, {"q": "reem"}, headers=headers)
    assert list(page.context["entities"]) == [reem]
    assert ("<html" in page.content.decode()) is whole
    assert f'name="entity" value="{reem.pk}"' in page.content.decode()


@pytest.mark.parametrize(("headers", "whole"), [({}, True), (SCRIPT, False)])
def test_the_form_of_a_new_entity_is_filled_in(editor, headers, whole):
    proposal = NameProposalFactory(name="ريم", kind="place")
    page = editor.get(reverse("admin:archive_nameproposal_new", args=[proposal.pk]), headers=headers).content.decode()
    assert ("<html" in page) is whole
    assert 'value="ريم"' in page
    assert '<option value="place" selected>' in page


# --- Rights, lists, the index ------------------------------------------------------------------------------------


def test_writers_decide_nothing(writer):
    proposal = NameProposalFactory()
    panels = [reverse(f"admin:archive_nameproposal_{name}", args=[proposal.pk]) for name in ("other", "new")]
    assert [writer.get(address).status_code for address in (DESK, *panels)] == [403, 403, 403]
    answers = [
        writer.post(address, {"proposal": proposal.pk, "action": "reject"}) for address in (DECIDE, UNDO, AGAIN)
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert states() == ["waiting"]
    assert "الأسماء المقترحة" not in writer.get(reverse("admin:index")).content.decode()


def test_who_may_not_add_entities_makes_none_here(editor):
    user = User.objects.get(username="editor")
    user.groups.get().permissions.remove(*user.groups.get().permissions.filter(codename="add_entity"))
    assert decide(editor, NameProposalFactory(), "create", kind="person", name="ريم").status_code == 403


def test_decisions_are_sent_not_fetched(editor):
    assert [editor.get(address).status_code for address in (DECIDE, UNDO, AGAIN)] == [405, 405, 405]


def test_the_index_tells_how_many_names_wait(editor):
    index = reverse("admin:index")
    assert DESK not in [line.url for line in editor.get(index).context["waiting"]]
    NameProposalFactory()
    line = editor.get(index).context["waiting"][-1]
    assert (line.label, line.count, line.url) == ("أسماء مقترحة", "١", DESK)


def test_what_was_proposed_is_listed_and_cannot_be_changed(editor):
    proposal = NameProposalFactory(name="ريم العلي", state="rejected")
    NameProposalFactory(name="زياد")
    changelist = reverse("admin:archive_nameproposal_changelist")
    assert list(editor.get(changelist, {"q": "رِيم"}).context["cl"].result_list) == [proposal]
    page = editor.get(reverse("admin:archive_nameproposal_change", args=[proposal.pk])).content.decode()
    assert 'name="_save"' not in page
    assert editor.get(reverse("admin:archive_nameproposal_add")).status_code == 403


def test_a_refused_name_is_added_once_and_can_be_taken_back(editor):
    add = reverse("admin:archive_refusedname_add")
    editor.post(add, {"name": "صور"})
    refused = RefusedName.objects.get()
    assert refused.refused_by.username == "editor"
    again, empty = editor.post(add, {"name": "صُوَر"}), editor.post(add, {"name": "؟"})
    assert (again.status_code, empty.status_code, RefusedName.objects.count()) == (200, 200, 1)
    jobs = waiting_jobs()
    forget_jobs()
    editor.post(reverse("admin:archive_refusedname_delete", args=[refused.pk]), {"post": "yes"})
    assert not RefusedName.objects.exists()
    assert jobs == waiting_jobs() == [("relink_name", {"key": "صور"})]
    assert not NameDecision.objects.exists()
