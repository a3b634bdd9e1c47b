"""Signed notes, against the published example of Go's sumdb/note and the specification."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bole.errors import InvalidValue
from bole.ledger import NotProven, Signer, Verifier, generate_key, open_note, sign_note

# golang.org/x/mod/sumdb/note: package documentation and note_test.go; a published example key, not a secret.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_LINE = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
ENOCH_LINE = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"

peter = Verifier.parse(PETER)
enoch = Verifier.parse(ENOCH)


def test_the_published_key_signs_the_published_note():
    """The published private key gives the published signature, to the letter."""
    signer = Signer("PeterNeumann", Ed25519PrivateKey.from_private_bytes(PETER_SEED))

    assert str(signer.verifier) == PETER
    assert sign_note(TEXT, signer) == f"{TEXT}\n{PETER_LINE}"


@pytest.mark.parametrize(
    ("lines", "known", "signed_by"),
    [
        pytest.param(PETER_LINE, [peter], (peter,), id="one key"),
        pytest.param(PETER_LINE + ENOCH_LINE, [peter], (peter,), id="one of two known"),
        pytest.param(PETER_LINE + ENOCH_LINE, [enoch, peter], (peter, enoch), id="both known"),
        pytest.param(PETER_LINE + PETER_LINE, [peter], (peter,), id="the same signature twice"),
        pytest.param(PETER_LINE + ENOCH_LINE[:60] + "ABCD" + ENOCH_LINE[60:], [peter], (peter,), id="unknown key of another length"),
    ],
)
def test_the_published_note_opens(lines, known, signed_by):
    """The note opens for whoever knows one of its keys; unknown signatures are passed over."""
    opened = open_note(f"{TEXT}\n{lines}", *known)

    assert opened.text == TEXT
    assert opened.signed_by == signed_by


def test_a_note_without_a_known_signature_is_not_proven():
    """Nobody's word but a known key's counts, and the message says whose keys would help."""
    with pytest.raises(NotProven) as refused:
        open_note(f"{TEXT}\n{PETER_LINE}", enoch)

    assert refused.value.code == "core.unknown_signer"
    assert refused.value.message == "the note is signed by PeterNeumann (c74f20a3) only."


@pytest.mark.parametrize(
    "note",
    [
        pytest.param(f"{TEXT.replace('problem', 'question')}\n{PETER_LINE}", id="text edited"),
        pytest.param(f"\n{TEXT}\n{PETER_LINE}", id="line inserted"),
        pytest.param(f"{TEXT.splitlines(keepends=True)[0]}\n{PETER_LINE}", id="line removed"),
        pytest.param(f"{TEXT}\n{PETER_LINE[:60]}ABCD{PETER_LINE[60:]}", id="signature lengthened"),
        pytest.param(f"{TEXT}\n{PETER_LINE.replace('nAM=', 'nAQ=')}", id="signature edited"),
        pytest.param(f"{TEXT}\n{PETER_LINE}{ENOCH_LINE.replace('Mc+QQ=', 'Mc+QA=')}", id="a second known signature edited"),
    ],
)
def test_an_altered_note_is_not_proven(note):
    """A known key's signature that does not fit spoils the note, even beside one that does."""
    with pytest.raises(NotProven) as refused:
        open_note(note, peter, enoch)

    assert refused.value.code == "core.wrong_signature"


@pytest.mark.parametrize(
    "verifier",
    [
        pytest.param(Verifier("CarmenSandiego", peter.public_key), id="the same key under another name"),
        pytest.param(Verifier("PeterNeumann", enoch.public_key), id="another key under the same name"),
    ],
)
def test_name_or_key_alone_is_not_enough(verifier):
    """A signature counts for exactly one name and key."""
    with pytest.raises(NotProven) as refused:
        open_note(f"{TEXT}\n{PETER_LINE}", verifier)

    assert refused.value.code == "core.unknown_signer"


def test_a_forged_key_id_does_not_help():
    """A signature by another key that claims the known key's id is checked with the known key, and fails."""
    signature = generate_key().sign(TEXT.encode())
    line = f"— PeterNeumann {base64.b64encode(peter.key_id + signature).decode()}\n"

    with pytest.raises(NotProven) as refused:
        open_note(f"{TEXT}\n{line}", peter)

    assert refused.value.code == "core.wrong_signature"


@pytest.mark.parametrize(
    "note",
    [
        pytest.param("", id="empty"),
        pytest.param(TEXT, id="no signatures"),
        pytest.param(f"{TEXT}\n", id="no signature lines"),
        pytest.param(f"{TEXT}\n{PETER_LINE[:-1]}", id="no final newline"),
        pytest.param(f"\x01{TEXT}\n{PETER_LINE}", id="control character"),
        pytest.param(f"{TEXT}\n{PETER_LINE}".replace("\n", "\r\n"), id="DOS line ends"),
        pytest.param(f"\udcff{TEXT}\n{PETER_LINE}", id="not Unicode"),
        pytest.param(f"{TEXT}\n{PETER_LINE.replace('PeterNeumann', 'Bad Name')}", id="name with a space"),
        pytest.param(f"{TEXT}\n{PETER_LINE.replace('PeterNeumann', 'Bad+Name')}", id="name with a plus"),
        pytest.param(f"{TEXT}\n{PETER_LINE.replace('—', '-')}", id="hyphen for the dash"),
        pytest.param(f"{TEXT}\n{PETER_LINE.replace('nAM=', 'nAN=')}", id="base64 written another way"),
        pytest.param(f"{TEXT}\n— PeterNeumann x08gow==\n", id="key id without signature"),
        pytest.param(f"{TEXT}\n{PETER_LINE}Unexpected line.\n", id="line that is no signature"),
        pytest.param(f"{TEXT}\n{PETER_LINE * 101}", id="more than a hundred signatures"),
    ],
)
def test_what_is_not_a_note_is_refused(note):
    """A malformed note is told from one that was altered."""
    with pytest.raises(InvalidValue) as refused:
        open_note(note, peter)

    assert refused.value.code == "core.bad_note"


def test_the_text_may_have_empty_lines():
    """The last empty line of a note parts text and signatures, as in the specification's own example."""
    signer = Signer("example.org/log", generate_key())
    text = "first\n\nsecond\n"

    assert open_note(sign_note(text, signer), signer.verifier).text == text


def test_several_signers_sign_in_order():
    """A note holds one line a signer, and each can be verified alone."""
    log, witness = Signer("example.org/log", generate_key()), Signer("example.org/witness", generate_key())

    note = sign_note("text\n", log, witness)

    assert open_note(note, witness.verifier).signed_by == (witness.verifier,)
    assert open_note(note, witness.verifier, log.verifier).signed_by == (log.verifier, witness.verifier)


@pytest.mark.parametrize("text", ["no newline", "bell\x07\n", "dos\r\n", "\ud800\n"])
def test_a_text_that_cannot_be_a_note_is_not_signed(text):
    """Signing refuses what no reader would accept."""
    with pytest.raises(InvalidValue) as refused:
        sign_note(text, Signer("example.org/log", generate_key()))

    assert refused.value.code == "core.bad_note"


@pytest.mark.parametrize("vkey", [PETER, ENOCH])
def test_a_verifier_key_is_written_as_it_was_read(vkey):
    """Parsing and formatting a verifier key are inverse."""
    assert str(Verifier.parse(vkey)) == vkey


def test_no_part_of_a_verifier_key_is_a_key():
    """Every proper part of the published key is refused, and so is the key with any one letter changed."""
    parts = [PETER[start:end] for start in range(len(PETER)) for end in range(start, len(PETER) + 1) if end - start < len(PETER)]
    changed = [PETER[:at] + chr(ord(PETER[at]) + 1) + PETER[at + 1 :] for at in range(len(PETER))]

    for mangled in parts + changed:
        with pytest.raises(InvalidValue):
            Verifier.parse(mangled)


@pytest.mark.parametrize(
    "vkey",
    [
        pytest.param("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==", id="wrong length with its own key id"),
        pytest.param("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", id="unknown algorithm with its own key id"),
    ],
)
def test_a_verifier_key_of_another_kind_is_refused(vkey):
    """Only Ed25519 keys of 32 bytes are taken."""
    with pytest.raises(InvalidValue, match="is not an Ed25519 verifier key") as refused:
        Verifier.parse(vkey)

    assert refused.value.code == "core.bad_verifier_key"


@pytest.mark.parametrize("name", ["", "two words", "a+b", "line\nend", "no\u00a0break", "\x00"])
def test_a_name_that_would_break_a_note_is_refused(name):
    """Names have no space of any kind, no plus and no control character."""
    with pytest.raises(InvalidValue, match="cannot name a key"):
        Signer(name, generate_key())
    with pytest.raises(InvalidValue, match="cannot name a key"):
        Verifier(name, peter.public_key)


def test_a_public_key_has_32_bytes():
    """A key of another length is refused with its name and length."""
    with pytest.raises(InvalidValue, match=r"the key of example.org/log has 31 bytes"):
        Verifier("example.org/log", bytes(31))
