"""The secret that signs cookies: made once, kept in the instance folder."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from bole.errors import StartRefused

FILE = "secret_key"


def secret_key(instance: Path) -> str:
    """
    Return the application's secret; the first call makes it, readable by the owner alone.

    Raises:
        StartRefused: the file is there but holds no secret, or cannot be read or written.
    """
    path = instance / FILE
    try:
        if not path.exists():
            _make(path)
    except OSError as error:
        raise StartRefused(
            "core.secret_key", f"the secret key cannot be written to {path}: {error.strerror}.", "Let the server write there."
        ) from error
    try:
        found = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StartRefused("core.secret_key", f"the secret key cannot be read from {path}: {error}.", "Mend or remove the file.") from error
    if len(found) < 32:
        raise StartRefused(
            "core.secret_key", f"{path} holds no secret key of 32 characters or more.", "Remove the file; the next start makes a new one."
        )
    return found


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{FILE}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(32))
    try:
        # A link appears whole or not at all, and never over another: several workers may start at once.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
