import re

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.urls import reverse

from archive.admin.accounts import right_label
from tests.archive.admin.conftest import run_groups_migration
from tests.archive.admin.latin import latin_words

LOGIN = reverse("admin:login")


def test_editors_may_publish_and_writers_may_not(db, permissions):
    assert {"publish_article", "delete_article", "change_sitesettings", "view_capture"} <= permissions("editors")
    assert {"add_article", "change_article", "add_mention", "view_entity"} <= permissions("writers")
    assert not {"publish_article", "delete_article", "change_entity"} & permissions("writers")


def test_groups_are_made_in_a_database_that_has_no_permissions_yet(db, permissions):
    before = {name: permissions(name) for name in ("editors", "writers")}
    Group.objects.all().delete()
    Permission.objects.all().delete()
    ContentType.objects.all().delete()
    ContentType.objects.clear_cache()
    run_groups_migration()

    assert {name: permissions(name) for name in before} == before


def test_groups_go_with_their_migration(db):
    others = Group.objects.create(name="readers")
    run_groups_migration(backwards=True)

    assert list(Group.objects.all()) == [others]


@pytest.fixture
def guarded(settings, db):
    settings.AXES_ENABLED = True
    return User.objects.create_superuser("keeper", password="the-right-word")


def _log_in(client, password: str):
    return client.post(LOGIN, {"username": "keeper", "password": password, "next": "/admin/"})


def test_ten_wrong_passwords_close_the_account(client, guarded):
    answers = [_log_in(client, "wrong").status_code for _ in range(10)]
    closed = _log_in(client, "the-right-word")

    assert answers == [200] * 9 + [429]
    assert closed.status_code == 429
    assert "كلمات مرور خاطئة كثيرة" in closed.content.decode()
    assert client.get(reverse("admin:index")).status_code == 302


def test_the_right_password_starts_the_count_anew(client, guarded):
    for _ in range(2):
        for _ in range(9):
            _log_in(client, "wrong")
        assert _log_in(client, "the-right-word").status_code == 302
        client.logout()

    assert not AccessAttempt.objects.exists()


def test_an_administrator_lets_them_try_again(admin, client, guarded):
    for _ in range(10):
        _log_in(client, "wrong")
    page = reverse("admin:axes_accessattempt_changelist")
    attempts = list(AccessAttempt.objects.values_list("pk", flat=True))
    admin.post(page, {"action": "forgive", "_selected_action": attempts})

    assert _log_in(client, "the-right-word").status_code == 302


def test_groups_and_permissions_are_named_in_arabic(admin):
    user = User.objects.get(username="admin")
    page = admin.get(reverse("admin:auth_user_change", args=[user.pk])).content.decode()

    assert ">المحررون</option>" in page
    assert "| نشر وسحب</option>" in page
    assert "Can add" not in page


def test_every_right_that_can_be_given_is_named_in_arabic(admin):
    form = admin.get(reverse("admin:auth_group_add")).context["adminform"].form
    labels = {
        permission.codename: form.fields["permissions"].label_from_instance(permission)
        for permission in form.fields["permissions"].queryset
    }

    assert (labels["lift_embargo_article"], labels["publish_article"]) == ("خبر | رفع حظر النشر", "خبر | نشر وسحب")
    assert labels["view_addresses"] == "رؤية عناوين المشتركين"
    assert [label for label in labels.values() if latin_words(label)] == []


def test_a_right_of_a_model_that_is_no_more_keeps_its_name():
    assert right_label("archive", "view_letter", otherwise="Can view letter") == "Can view letter"


def test_length_of_a_password_is_asked_for_in_the_languages_digits(admin):
    page = admin.post(reverse("admin:auth_user_add"), {"username": "new", "password1": "قصيرة", "password2": "قصيرة"})

    assert "ألا تقل عن ١٢ محرفًا." in page.content.decode()
    assert page.context["adminform"].errors["password2"] == ["كلمة المرور قصيرة جدًّا: يجب ألا تقل عن ١٢ محرفًا."]


@pytest.mark.parametrize(("language", "names"), [("ar", ["نعم", "نعم", "لا"]), ("en", ["Yes", "Yes", "No"])])
def test_icons_on_a_form_to_read_are_named_in_the_interfaces_language(client, db, language, names):
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename="view_user"))
    client.force_login(reader)
    client.cookies["django_language"] = language
    page = client.get(reverse("admin:auth_user_change", args=[reader.pk])).content.decode()

    assert re.findall(r'<img src="[^"]*" alt="([^"]*)">', page) == names


def test_the_demo_archive_makes_no_account(demo_archive):
    assert not User.objects.exists()


def test_createsuperuser_works_as_usual(db, monkeypatch, client):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a-long-secret-word")
    call_command("createsuperuser", "--noinput", username="root", email="root@example.org", verbosity=0)

    assert client.login(username="root", password="a-long-secret-word") is True


def test_a_group_of_the_project_is_called_by_its_arabic_name_on_its_own_page(admin, permissions):
    permissions("editors")
    group = Group.objects.get(name="editors")
    page = admin.get(reverse("admin:auth_group_change", args=[group.pk])).content.decode()
    main = page[page.index("<nav aria-label") :]

    assert "المحررون" in page[page.index("<title>") : page.index("</title>")]
    assert (re.findall(r"\beditors\b", main), 'name="name"' in page) == ([], False)


def test_a_group_of_the_newsrooms_own_is_renamed(admin):
    group = Group.objects.create(name="المراسلون")
    admin.post(
        reverse("admin:auth_group_change", args=[group.pk]), {"name": "المراسلون في الخارج", "permissions": []}
    )
    group.refresh_from_db()

    assert group.name == "المراسلون في الخارج"
