"""Files as age writes them: there and back, by the program `age` too where it is here, and every damage noticed."""

import io
import shutil
import subprocess

import pytest

from archive.backups.age import CHUNK_BYTES, AgeError, Encryptor, Key, WrongKeyError, decrypted

SIZES = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES + 17]
KEY = Key.made()
AGE = shutil.which("age")


def text_of(size: int) -> bytes:
    return (b"0123456789abcdef" * (size // 16 + 1))[:size]


def encrypted(data: bytes, key: Key = KEY) -> bytes:
    out = io.BytesIO()
    encryptor = Encryptor(out, key)
    for start in range(0, len(data), 10_007):
        encryptor.write(data[start : start + 10_007])
    encryptor.finish()
    return out.getvalue()


def opened(data: bytes, key: Key = KEY) -> bytes:
    return b"".join(decrypted((data[start : start + 4_001] for start in range(0, len(data), 4_001)), key))


@pytest.mark.parametrize("size", SIZES)
def test_there_and_back(size):
    assert opened(encrypted(text_of(size))) == text_of(size)


@pytest.mark.skipif(AGE is None, reason="age is not installed")
@pytest.mark.parametrize("size", SIZES)
def test_the_program_age_opens_ours_and_we_open_its(tmp_path, size):
    identity = tmp_path / "identity"
    identity.write_text(KEY.identity_text + "\n")
    ours = subprocess.run(
        [AGE, "-d", "-i", identity], input=encrypted(text_of(size)), capture_output=True, check=True
    )
    assert ours.stdout == text_of(size)
    command = [AGE, "-r", KEY.recipient_text]
    theirs = subprocess.run(command, input=text_of(size), capture_output=True, check=True)
    assert opened(theirs.stdout) == text_of(size)


def test_keys_as_text():
    assert Key.read(f"# a comment\n\n{KEY.identity_text}\n").recipient == KEY.recipient
    only_recipient = Key.read(KEY.recipient_text)
    assert (only_recipient.recipient, only_recipient.secret) == (KEY.recipient, None)


def test_what_is_no_key_is_refused():
    # Also words whose checksum is right (they are BIP 173's own examples).
    for word in ("A12UEL5L", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", "", "age1", "AGE-secret-KEY-1", "ا"):
        with pytest.raises(AgeError):
            Key.read(word)


@pytest.mark.parametrize("place", [4, 20, -1])
def test_a_key_with_a_wrong_character_is_refused(place):
    text = KEY.identity_text
    other = list(text)
    other[place] = "Q" if text[place] != "Q" else "P"
    with pytest.raises(AgeError):
        Key.read("".join(other))


def test_another_key_is_told_from_damage():
    with pytest.raises(WrongKeyError):
        opened(encrypted(b"text"), Key.made())


def test_every_flipped_bit_is_noticed():
    data = encrypted(b"ten letters")
    for place in range(len(data) * 8):
        changed = bytearray(data)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises(AgeError):
            opened(bytes(changed))


def test_every_cut_is_noticed():
    data = encrypted(text_of(CHUNK_BYTES + 100))
    header = len(encrypted(b""))
    sealed_chunk = CHUNK_BYTES + 16
    for end in [*range(0, header + 3), header - 16 + sealed_chunk, header + sealed_chunk, len(data) - 1]:
        with pytest.raises(AgeError):
            opened(data[:end])


def test_what_was_added_or_moved_is_noticed():
    data = encrypted(text_of(3 * CHUNK_BYTES))
    start = len(data) - 3 * (CHUNK_BYTES + 16)
    chunks = [data[start + n * (CHUNK_BYTES + 16) : start + (n + 1) * (CHUNK_BYTES + 16)] for n in range(3)]
    swapped = data[:start] + chunks[1] + chunks[0] + chunks[2]
    for changed in (data + b"x", data + chunks[2], swapped, data[:start] + chunks[0] + chunks[2]):
        with pytest.raises(AgeError):
            opened(changed)
