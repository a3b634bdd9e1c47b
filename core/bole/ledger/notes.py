"""Signed notes (https://c2sp.org/signed-note) with Ed25519, signature type 01: plain text that existing witnesses can read."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bole.errors import InvalidValue
from bole.ledger.encoding import from_base64, to_base64
from bole.ledger.errors import NotProven

_ED25519 = b"\x01"
_SIGNATURES = 100


@dataclass(frozen=True, slots=True)
class Verifier:
    """
    A public key with the name it signs under.

    Args:
        name: the log's or witness's name, best a URL without scheme (``hr.example.com/ledger``); no space, no plus.
        public_key: 32 bytes, as RFC 8032 encodes an Ed25519 key.

    Raises:
        InvalidValue: the name or the length of the key is not allowed.
    """

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.public_key) != 32:
            raise InvalidValue("core.bad_verifier_key", f"the key of {self.name} has {len(self.public_key)} bytes.", "An Ed25519 public key has 32.")

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        """
        Return the verifier written as ``name+key id+base64``.

        Raises:
            InvalidValue: another form, another algorithm, or a key id that does not belong to name and key.
        """
        name, _, rest = vkey.partition("+")
        key_id, _, encoded = rest.partition("+")
        key = from_base64(encoded)
        if key and key[:1] == _ED25519 and len(key) == 33:
            verifier = cls(name, key[1:])
            if verifier.key_id.hex() == key_id:
                return verifier
        raise InvalidValue(
            "core.bad_verifier_key", f"{vkey!r} is not an Ed25519 verifier key.", "It reads NAME+KEYID+BASE64; copy it whole, with its own key id."
        )

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart; a label, not a proof."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public_key).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{to_base64(_ED25519 + self.public_key)}"

    def accepts(self, text: str, signature: bytes) -> bool:
        """Tell whether the 64-byte signature over the text was made with this key."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """
    A private key with the name it signs under.

    Raises:
        InvalidValue: the name has a space or a plus, or is empty.
    """

    name: str
    private_key: Ed25519PrivateKey

    def __post_init__(self) -> None:
        _check_name(self.name)

    @property
    def verifier(self) -> Verifier:
        """What others need to verify this signer's notes."""
        return Verifier(self.name, self.private_key.public_key().public_bytes_raw())


@dataclass(frozen=True, slots=True)
class OpenedNote:
    """A note's text, ending in a newline, and the known keys whose signatures on it hold."""

    text: str
    signed_by: tuple[Verifier, ...]


def sign_note(text: str, *signers: Signer) -> str:
    """
    Return the signed note: the text, a blank line and one signature line a signer.

    Raises:
        InvalidValue: the text does not end in a newline, or has control characters.
    """
    if not text.endswith("\n") or not is_clean(text):
        raise InvalidValue("core.bad_note", f"{text!r} cannot be signed as a note.", "End it with a newline and leave out other control characters.")
    lines = [f"— {one.name} {to_base64(one.verifier.key_id + one.private_key.sign(text.encode()))}\n" for one in signers]
    return f"{text}\n{''.join(lines)}"


def open_note(note: str, *verifiers: Verifier) -> OpenedNote:
    """
    Return the text of a note that at least one of the known keys signed.

    Signatures of unknown keys are ignored; one of a known key that does not hold spoils the note.

    Raises:
        InvalidValue: the text is not a signed note.
        NotProven: no known key signed it, or a known key's signature is wrong.
    """
    known = {(one.name, one.key_id): one for one in verifiers}
    text, signatures = _parsed(note)
    signed_by = []
    for name, key_id, signature in signatures:
        verifier = known.get((name, key_id))
        if verifier and not verifier.accepts(text, signature):
            raise NotProven(
                "core.wrong_signature",
                f"the signature of {name} ({key_id.hex()}) does not fit the note.",
                "The note was altered after it was signed.",
            )
        if verifier and verifier not in signed_by:
            signed_by.append(verifier)
    if not signed_by:
        names = ", ".join(f"{name} ({key_id.hex()})" for name, key_id, _ in signatures)
        raise NotProven(
            "core.unknown_signer", f"the note is signed by {names} only.", "Verify with the key of one of these, from a source you trust."
        )
    return OpenedNote(text, tuple(signed_by))


def _parsed(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    text, separator, block = note.rpartition("\n\n")
    lines = block.split("\n")
    signatures = [_signature(line) for line in lines[:-1]]
    if not separator or not is_clean(note) or lines[-1] or not 0 < len(signatures) <= _SIGNATURES or None in signatures:
        raise InvalidValue(
            "core.bad_note", f"{note[:200]!r} is not a signed note.", "It is text, a blank line, and signature lines that start with an em dash."
        )
    return f"{text}\n", [one for one in signatures if one]


def _signature(line: str) -> tuple[str, bytes, bytes] | None:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    decoded = from_base64(encoded)
    if dash != "—" or not _is_name(name) or not decoded or len(decoded) < 5:
        return None
    return name, decoded[:4], decoded[4:]


def is_clean(text: str) -> bool:
    """Tell whether the text may stand in a note: Unicode, and no control character but the newline."""
    return not any((character < " " and character != "\n") or "\ud800" <= character <= "\udfff" for character in text)


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and is_clean(name) and not any(map(str.isspace, name))


def _check_name(name: str) -> None:
    if not _is_name(name):
        raise InvalidValue(
            "core.bad_key_name", f"{name!r} cannot name a key.", "Use something like hr.example.com/ledger, with neither space nor plus."
        )
