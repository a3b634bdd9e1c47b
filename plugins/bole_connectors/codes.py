"""Codes made of words, for systems that know their departments and posts by names only."""

from __future__ import annotations

import re
from hashlib import sha256
from unicodedata import normalize

LONGEST = 60
"""As many characters as the code of a department or a post may have."""

_DROPPED = re.compile(r"['’`]")
_BETWEEN = re.compile(r"[\W_]+")


def code_of(text: str) -> str:
    """
    Return the code that a text makes; the same text always makes the same one.

    Letters and digits of any script stay, in lower case; ``&`` becomes ``and``, apostrophes go, and whatever else stands
    between words becomes one hyphen. What would be longer than sixty characters is cut, and ends in a checksum of the whole.

    Args:
        text: any; empty is what holds neither letter nor digit.
    """
    words = _DROPPED.sub("", normalize("NFKC", text).casefold().replace("&", " and "))
    code = _BETWEEN.sub("-", words).strip("-")
    if len(code) <= LONGEST:
        return code
    checksum = sha256(code.encode()).hexdigest()[:8]
    return f"{code[: LONGEST - 9].rstrip('-')}-{checksum}"
