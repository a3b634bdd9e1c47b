"""Checkpoints (https://c2sp.org/tlog-checkpoint): a log's size and root as a signed note, the form in which its state leaves the house."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bole.errors import InvalidValue
from bole.ledger.encoding import from_base64, to_base64
from bole.ledger.errors import NotProven
from bole.ledger.merkle import HASH_BYTES
from bole.ledger.notes import Signer, Verifier, is_clean, open_note, sign_note

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """
    A log's state at one size.

    Args:
        origin: the log's name, one line.
        size: number of leaves.
        root: 32-byte Merkle tree hash.
        extensions: further lines, none empty; the specification advises against them.

    Raises:
        InvalidValue: one of these is out of form.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        lines = (self.origin, *self.extensions)
        if not all(line and is_clean(line) and "\n" not in line for line in lines):
            raise InvalidValue("core.bad_checkpoint", f"{lines!r} cannot be lines of a checkpoint.", "Each is one line that is not empty.")
        if not _SIZE.fullmatch(str(self.size)) or len(self.root) != HASH_BYTES:
            raise InvalidValue(
                "core.bad_checkpoint",
                f"size {self.size} with a root of {len(self.root)} bytes is no checkpoint of {self.origin}.",
                "A root has 32 bytes.",
            )

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """
        Return the checkpoint that a note's text holds; it proves nothing by itself.

        Raises:
            InvalidValue: the text has another form.
        """
        lines = text.split("\n")
        if len(lines) > 3 and not lines.pop():
            origin, size, encoded, *extensions = lines
            root = from_base64(encoded)
            if _SIZE.fullmatch(size) and root:
                return cls(origin, int(size), root, tuple(extensions))
        raise InvalidValue("core.bad_checkpoint", f"{text!r} is not a checkpoint.", "It has at least three lines: origin, size, root in base64.")

    @classmethod
    def verify(cls, note: str, verifier: Verifier, *witnesses: Verifier) -> Checkpoint:
        """
        Return the checkpoint in a note, once the log's own signature on it holds.

        Args:
            note: the signed note.
            verifier: the log's key; its name must be the checkpoint's origin.
            witnesses: further known keys: where one of them signed, its signature must hold too.

        Raises:
            InvalidValue: the text is not a signed checkpoint.
            NotProven: the log did not sign it, a known signature is wrong, or the origin is another log's.
        """
        opened = open_note(note, verifier, *witnesses)
        checkpoint = cls.parse(opened.text)
        if verifier not in opened.signed_by:
            raise NotProven(
                "core.unknown_signer",
                f"{verifier.name} ({verifier.key_id.hex()}) did not sign the checkpoint.",
                "A witness alone is not enough: get the note with the log's own signature.",
            )
        if checkpoint.origin != verifier.name:
            raise NotProven(
                "core.other_log", f"the checkpoint is of {checkpoint.origin!r}, the key of {verifier.name!r}.", "Use the key of the log itself."
            )
        return checkpoint

    @property
    def text(self) -> str:
        """The text that is signed."""
        return "".join(f"{line}\n" for line in (self.origin, self.size, to_base64(self.root), *self.extensions))

    def sign(self, signer: Signer) -> str:
        """
        Return the signed note.

        Raises:
            InvalidValue: the signer's name is not the origin.
        """
        if signer.name != self.origin:
            raise InvalidValue("core.other_log", f"{signer.name!r} cannot sign for the log {self.origin!r}.", "Give key and log the same name.")
        return sign_note(self.text, signer)
