"""What is asked of passwords, in Arabic."""

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError

from newsapp import settings as real_settings

GOOD = "أربع كلمات لا تُنسى"


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("أحد عشر حر", "١٢"),
        ("123456789012345", "أرقام"),
        ("administrator", "شائعة"),
        ("samia.alkhatib", "اسم المستخدم"),
    ],
)
def test_a_bad_password_is_refused_with_the_reason(password, reason):
    with pytest.raises(ValidationError) as refused:
        validate_password(password, User(username="samia.alkhatib"))
    assert reason in " ".join(refused.value.messages)


def test_a_good_one_is_taken_and_the_present_one_is_not(db):
    user = User.objects.create_user("samia", password=GOOD)
    validate_password("خمس كلمات أخرى لا تُنسى", user)
    with pytest.raises(ValidationError, match="كلمة المرور الحالية"):
        validate_password(GOOD, user)


def test_what_is_asked_is_said_in_arabic():
    texts = password_validators_help_texts()
    assert len(texts) == 5
    assert not [text for text in texts if any("a" <= letter <= "z" for letter in text.lower())]


def test_new_passwords_are_hashed_by_argon2_and_old_ones_at_their_next_login(client, db, settings):
    settings.PASSWORD_HASHERS = real_settings.PASSWORD_HASHERS
    user = User.objects.create_user("samia")
    User.objects.filter(pk=user.pk).update(password=PBKDF2PasswordHasher().encode(GOOD, "salt", iterations=1))
    assert client.login(username="samia", password=GOOD)
    user.refresh_from_db()
    assert user.password.startswith("argon2$")
