"""The key that signs checkpoints: made, kept in a file that only its owner reads, loaded."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from bole.errors import Conflict, Forbidden, InvalidValue, NotFound

_OTHERS = 0o077


def generate_key() -> Ed25519PrivateKey:
    """Return a new Ed25519 key from the system's random source."""
    return Ed25519PrivateKey.generate()


def save_key(key: Ed25519PrivateKey, path: Path) -> None:
    """
    Write the key as a PKCS8 PEM file that only its owner may read (mode 0600).

    Raises:
        Conflict: there is a file already; a key that signed checkpoints must never be overwritten.
        NotFound: there is no such folder.
        Forbidden: we may not write there.
    """
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise Conflict(
            "core.key_exists", f"there is already a file {path}.", "Move it away first; its checkpoints can be verified with its public key only."
        ) from error
    except FileNotFoundError as error:
        raise NotFound("core.no_folder", f"there is no folder {path.parent} for the key file.", "Create it first.") from error
    except PermissionError as error:
        raise Forbidden(
            "core.key_unwritable", f"the key file {path} cannot be written.", "The folder must belong to the user running Bole."
        ) from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())


def load_key(source: Path | bytes) -> Ed25519PrivateKey:
    """
    Return the key in a PEM file, or in the bytes of one (from a secret store).

    Raises:
        NotFound: no such file.
        Forbidden: others may read the file, or we may not.
        InvalidValue: no PKCS8 PEM, protected by a passphrase, or a key of another kind.
    """
    pem, named = (source, "the given bytes") if isinstance(source, bytes) else (_read(source), str(source))
    try:
        key = load_pem_private_key(pem, password=None)
    except TypeError as error:
        raise InvalidValue(
            "core.bad_key", f"the key in {named} is protected by a passphrase.", "Store it without; the file's mode protects it."
        ) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise InvalidValue("core.bad_key", f"{named} holds no private key.", "It must be a PKCS8 PEM file.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise InvalidValue("core.bad_key", f"{named} holds a {type(key).__name__}.", "Checkpoints are signed with Ed25519.")
    return key


def _read(path: Path) -> bytes:
    try:
        mode = path.stat().st_mode
        if os.name == "posix" and mode & _OTHERS:
            raise Forbidden("core.key_exposed", f"others may read or write the key file {path} (mode {mode & 0o777:04o}).", f"Run: chmod 600 {path}")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise NotFound("core.no_key", f"there is no key file {path}.", "Create one, or check the path in the configuration.") from error
    except (PermissionError, IsADirectoryError) as error:
        raise Forbidden(
            "core.key_unreadable", f"the key file {path} cannot be read.", "It must be a file that belongs to the user running Bole."
        ) from error
