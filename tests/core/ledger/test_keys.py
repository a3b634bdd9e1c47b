"""The signing key: made, saved, loaded."""

from __future__ import annotations

import os
import stat

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from bole.errors import Conflict, Forbidden, InvalidValue, NotFound
from bole.ledger import generate_key, load_key, save_key

posix = pytest.mark.skipif(os.name != "posix", reason="file modes exist on POSIX systems only")


def test_a_saved_key_loads(tmp_path):
    """The key that is loaded is the key that was saved, from the file and from its bytes."""
    key, path = generate_key(), tmp_path / "ledger.pem"

    save_key(key, path)

    assert load_key(path).private_bytes_raw() == key.private_bytes_raw()
    assert load_key(path.read_bytes()).private_bytes_raw() == key.private_bytes_raw()


@posix
def test_only_the_owner_may_read_the_file(tmp_path):
    """The file has mode 0600 and is PKCS8 PEM."""
    path = tmp_path / "ledger.pem"

    save_key(generate_key(), path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes().startswith(b"-----BEGIN PRIVATE KEY-----\n")


def test_no_key_is_overwritten(tmp_path):
    """Saving over a file is refused and leaves it as it was."""
    path = tmp_path / "ledger.pem"
    save_key(generate_key(), path)
    before = path.read_bytes()

    with pytest.raises(Conflict) as refused:
        save_key(generate_key(), path)

    assert refused.value.code == "core.key_exists"
    assert path.read_bytes() == before


def test_a_missing_folder_is_named(tmp_path):
    """A key is not saved where there is no folder."""
    with pytest.raises(NotFound) as refused:
        save_key(generate_key(), tmp_path / "none" / "ledger.pem")

    assert refused.value.message == f"there is no folder {tmp_path / 'none'} for the key file."


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_reported(tmp_path):
    """A folder without write permission is named and stays empty."""
    tmp_path.chmod(0o500)

    with pytest.raises(Forbidden) as refused:
        save_key(generate_key(), tmp_path / "ledger.pem")

    assert refused.value.code == "core.key_unwritable"
    assert list(tmp_path.iterdir()) == []


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_that_others_may_read_is_refused(tmp_path, mode):
    """A key file open to group or world is not used; the hint says how to close it."""
    path = tmp_path / "ledger.pem"
    save_key(generate_key(), path)
    path.chmod(mode)

    with pytest.raises(Forbidden) as refused:
        load_key(path)

    assert refused.value.message == f"others may read or write the key file {path} (mode {mode:04o})."
    assert refused.value.hint == f"Run: chmod 600 {path}"


def test_a_missing_file_is_named(tmp_path):
    """A path without file is reported with the path."""
    with pytest.raises(NotFound) as refused:
        load_key(tmp_path / "none.pem")

    assert refused.value.message == f"there is no key file {tmp_path / 'none.pem'}."


@posix
def test_a_folder_is_not_a_key(tmp_path):
    """A folder in place of the file is reported as unreadable."""
    folder = tmp_path / "ledger.pem"
    folder.mkdir(mode=0o700)

    with pytest.raises(Forbidden) as refused:
        load_key(folder)

    assert refused.value.code == "core.key_unreadable"


def pem(key, protection=None):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection or NoEncryption())


@pytest.mark.parametrize(
    ("source", "message"),
    [
        pytest.param(b"", "the given bytes holds no private key.", id="empty"),
        pytest.param(b"not a key", "the given bytes holds no private key.", id="other text"),
        pytest.param(pem(generate_key())[:60], "the given bytes holds no private key.", id="cut short"),
        pytest.param(
            pem(generate_key(), BestAvailableEncryption(b"secret")),
            "the key in the given bytes is protected by a passphrase.",
            id="with a passphrase",
        ),
        pytest.param(pem(ec.generate_private_key(ec.SECP256R1())), "the given bytes holds a ECPrivateKey.", id="another kind of key"),
    ],
)
def test_what_is_not_a_usable_key_is_refused(source, message):
    """Each way in which a file is not the key is told apart."""
    with pytest.raises(InvalidValue) as refused:
        load_key(source)

    assert refused.value.message == message
    assert refused.value.code == "core.bad_key"
