"""Base64 as notes and proofs write it: RFC 4648, section 4, one writing for each sequence of bytes."""

from __future__ import annotations

import base64
import binascii


def to_base64(raw: bytes) -> str:
    """Return the bytes in standard base64, padded."""
    return base64.b64encode(raw).decode()


def from_base64(text: str) -> bytes | None:
    """Return the bytes, or None unless the text is exactly how `to_base64` writes them."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if to_base64(raw) == text else None
