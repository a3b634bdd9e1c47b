"""The examples of docs/ledger.md."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature

from bole.ledger import Checkpoint, Verifier, encode
from bole.values import Money

PAGE = (Path(__file__).parents[3] / "docs" / "ledger.md").read_text(encoding="utf-8")
WITH_LIBRARY, WITHOUT = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def exported():
    names: dict[str, object] = {}
    exec(WITH_LIBRARY, names)
    return {"document": names["document"], "public_key": names["public_key"]}


def test_both_ways_of_verifying_agree():
    """The library's example runs, and the script that knows nothing of Bole accepts the proof it made."""
    exec(WITHOUT, exported())


@pytest.mark.parametrize("part", ["batch", "log"])
def test_the_script_refuses_another_place(part):
    """The script on the page finds a record that claims another place."""
    names = exported()
    document = json.loads(names["document"])
    document[part]["index"] ^= 1

    with pytest.raises(AssertionError):
        exec(WITHOUT, {**names, "document": json.dumps(document)})


def test_the_script_refuses_a_forged_signature():
    """The script on the page finds a signature by another key that claims the log's key id."""
    names, others = exported(), exported()
    key_id = bytes.fromhex(names["public_key"].split("+")[1])
    document = json.loads(others["document"])
    text, _, line = document["checkpoint"].rpartition("\n\n")
    dash, name, signature = line.split(" ")
    claimed = base64.b64encode(key_id + base64.b64decode(signature)[4:]).decode()
    document["checkpoint"] = f"{text}\n\n{dash} {name} {claimed}\n"

    with pytest.raises(InvalidSignature):
        exec(WITHOUT, {"document": json.dumps(document), "public_key": names["public_key"]})


def test_the_bytes_on_the_page_are_the_bytes():
    """The worked example of a record is exactly what `encode` gives."""
    table = re.search(r"( {4}62 6f 6c 65.*?)\n\n", PAGE, re.DOTALL)[1]
    shown = bytes.fromhex("".join(re.match(r"    ((?:[0-9a-f]{2} ? ?)+) ", line)[1] for line in table.splitlines()))

    assert shown == encode("observation", {"amount": Money.of_minor(1250, "CNY"), "kind": "sale", "note": None, "quantity": 3})


def test_the_checkpoint_on_the_page_verifies():
    """The example checkpoint is signed by the example key."""
    note = re.search(r"( {4}hr\.example\.com/ledger\n.*?\n\n    —.*?\n)", PAGE, re.DOTALL)[1]
    vkey = re.search(r" {4}(hr\.example\.com/ledger\+\S+)\n", PAGE)[1]

    checkpoint = Checkpoint.verify(re.sub(r"(?m)^    ", "", note), Verifier.parse(vkey))

    assert (checkpoint.origin, checkpoint.size) == ("hr.example.com/ledger", 8)
