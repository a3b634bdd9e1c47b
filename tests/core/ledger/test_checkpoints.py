"""Checkpoints: a log's state, signed."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bole.errors import InvalidValue
from bole.ledger import EMPTY_ROOT, Checkpoint, NotProven, Signer, Verifier, generate_key, sign_note

ORIGIN = "hr.example.com/ledger"
ROOT = bytes(range(32))
ROOT_LINE = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
log = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(32)))
witness = Signer("witness.example.org", Ed25519PrivateKey.from_private_bytes(bytes([1] * 32)))


def test_a_checkpoint_has_three_lines():
    """The signed text is origin, size and root, each on a line."""
    assert Checkpoint(ORIGIN, 20852163, ROOT).text == f"{ORIGIN}\n20852163\n{ROOT_LINE}\n"


def test_the_example_of_the_specification_is_read():
    """The note text in c2sp.org/tlog-checkpoint parses and is written the same way."""
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

    checkpoint = Checkpoint.parse(text)

    assert checkpoint.origin == "example.com/behind-the-sofa"
    assert checkpoint.size == 20852163
    assert checkpoint.root.hex() == "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62"
    assert checkpoint.text == text


@pytest.mark.parametrize("checkpoint", [Checkpoint(ORIGIN, 0, EMPTY_ROOT), Checkpoint(ORIGIN, 7, ROOT), Checkpoint(ORIGIN, 7, ROOT, ("one", "two"))])
def test_a_signed_checkpoint_verifies(checkpoint):
    """What was signed comes back, extension lines and all."""
    assert Checkpoint.verify(checkpoint.sign(log), log.verifier) == checkpoint


def test_witnesses_may_sign_too():
    """A witness's signature beside the log's is checked when its key is known, and ignored otherwise."""
    checkpoint = Checkpoint(ORIGIN, 7, ROOT)
    note = sign_note(checkpoint.text, log, witness)

    assert Checkpoint.verify(note, log.verifier) == checkpoint
    assert Checkpoint.verify(note, log.verifier, witness.verifier) == checkpoint


NOTE = Checkpoint(ORIGIN, 7, ROOT).sign(log)


@pytest.mark.parametrize(
    ("note", "verifiers", "code"),
    [
        pytest.param(NOTE.replace("\n7\n", "\n6\n"), [log.verifier], "core.wrong_signature", id="altered size"),
        pytest.param(NOTE.replace(ROOT_LINE, "B" + ROOT_LINE[1:]), [log.verifier], "core.wrong_signature", id="altered root"),
        pytest.param(NOTE.replace("ledger\n", "ledger2\n"), [log.verifier], "core.wrong_signature", id="altered origin"),
        pytest.param(NOTE.replace(f"{ROOT_LINE}\n", f"{ROOT_LINE}\nmore\n"), [log.verifier], "core.wrong_signature", id="line added"),
        pytest.param(NOTE, [Signer(ORIGIN, generate_key()).verifier], "core.unknown_signer", id="wrong key"),
        pytest.param(
            sign_note(Checkpoint(ORIGIN, 7, ROOT).text, witness), [log.verifier, witness.verifier], "core.unknown_signer", id="witness alone"
        ),
        pytest.param(sign_note(Checkpoint("other.example.com", 7, ROOT).text, log), [log.verifier], "core.other_log", id="another log's checkpoint"),
    ],
)
def test_a_checkpoint_that_does_not_fit_is_not_proven(note, verifiers, code):
    """Altered text, a wrong key, a missing log signature and another log are each refused."""
    with pytest.raises(NotProven) as refused:
        Checkpoint.verify(note, *verifiers)

    assert refused.value.code == code


def test_a_false_witness_spoils_a_checkpoint():
    """A known witness's signature that does not hold spoils the note although the log's own holds."""
    other = Checkpoint(ORIGIN, 8, ROOT)
    borrowed = sign_note(other.text, witness).rpartition("\n\n")[2]

    with pytest.raises(NotProven, match=r"the signature of witness.example.org \(\w{8}\) does not fit the note"):
        Checkpoint.verify(NOTE + borrowed, log.verifier, witness.verifier)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{ORIGIN}\n7\n", id="no root"),
        pytest.param(f"\n7\n{ROOT_LINE}\n", id="no origin"),
        pytest.param(f"{ORIGIN}\n07\n{ROOT_LINE}\n", id="leading zero"),
        pytest.param(f"{ORIGIN}\n-7\n{ROOT_LINE}\n", id="negative size"),
        pytest.param(f"{ORIGIN}\n٧\n{ROOT_LINE}\n", id="Arabic digit"),
        pytest.param(f"{ORIGIN}\n{'9' * 30}\n{ROOT_LINE}\n", id="size beyond any log"),
        pytest.param(f"{ORIGIN}\n7\n{ROOT_LINE[:-1]}\n", id="root without padding"),
        pytest.param(f"{ORIGIN}\n7\nAAEC\n", id="short root"),
        pytest.param(f"{ORIGIN}\n7\n{ROOT_LINE}", id="no final newline"),
        pytest.param(f"{ORIGIN}\n7\n{ROOT_LINE}\n\n", id="empty extension"),
    ],
)
def test_another_form_is_not_a_checkpoint(text):
    """A text is a checkpoint in exactly one writing."""
    with pytest.raises(InvalidValue) as refused:
        Checkpoint.parse(text)

    assert refused.value.code == "core.bad_checkpoint"


def test_a_signer_of_another_name_may_not_sign():
    """A log signs under its own name."""
    with pytest.raises(InvalidValue, match=r"'witness.example.org' cannot sign for the log 'hr.example.com/ledger'"):
        Checkpoint(ORIGIN, 7, ROOT).sign(witness)


def test_verifying_needs_only_the_printed_key():
    """The verifier key as printed is all an auditor needs."""
    assert Checkpoint.verify(NOTE, Verifier.parse(str(log.verifier))).size == 7
