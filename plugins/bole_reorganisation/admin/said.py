"""What the tree page's script says, as values: whatever is of another kind than it must be is refused, and nothing is guessed."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request

from bole import InvalidValue, Part
from bole_reorganisation.admin.answers import Json
from bole_reorganisation.drafts import Choice, Edit
from bole_reorganisation.texts import cleaned, plain

RELOAD = "Reload the page, and try again."
LARGEST = 2**31 - 1


def said() -> Json:
    """
    Return the JSON object that was sent.

    Raises:
        InvalidValue: there is none.
    """
    found = request.get_json(silent=True)
    if not isinstance(found, dict):
        raise InvalidValue("reorganisation.no_json", "the request holds no JSON object.", RELOAD)
    return found


def asked(name: str) -> str:
    """
    Return a value of the address, empty where it is not given.

    Raises:
        InvalidValue: it cannot be looked for.
    """
    return plain(request.args.get(name, ""), f"{name} =")


def text_of(given: Json, name: str) -> str:
    """
    Return a text, empty where none is given.

    Raises:
        InvalidValue: it is something else than a text, or cannot be stored.
    """
    found = given.get(name)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise _other(name, found, "reorganisation.no_text", "no text")
    return plain(found, f"{name} =")


def list_of(given: Json, name: str) -> list[Any]:
    """
    Return a list.

    Raises:
        InvalidValue: it is something else.
    """
    found = given.get(name)
    if not isinstance(found, list):
        raise _other(name, found, "reorganisation.no_list", "no list")
    return found


def objects_of(given: Json, name: str) -> list[Json]:
    """
    Return a list of objects.

    Raises:
        InvalidValue: it is something else, or holds something else.
    """
    found = list_of(given, name)
    for each in found:
        if not isinstance(each, dict):
            raise _other(f"an entry of {name}", each, "reorganisation.no_object", "no object")
    return found


def number_of(given: Json, name: str) -> int:
    """
    Return a whole number that is not negative.

    Raises:
        InvalidValue: it is something else.
    """
    found = given.get(name)
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found <= LARGEST:
        raise _other(name, found, "reorganisation.no_number", "no whole number from 0 on")
    return found


def flag_of(given: Json, name: str) -> bool:
    """
    Return whether something is so; it is not where nothing is given.

    Raises:
        InvalidValue: it is neither true nor false.
    """
    found = given.get(name, False)
    if not isinstance(found, bool):
        raise _other(name, found, "reorganisation.no_flag", "neither true nor false")
    return found


def day_of(text: Any) -> date | None:
    """
    Return a day; nothing where none is given.

    Raises:
        InvalidValue: it is none.
    """
    if text is None or text == "":
        return None
    try:
        if not isinstance(text, str):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        message = f"{_shown(text)} is not a date."
        raise InvalidValue("reorganisation.no_day", message, "Write it as 2026-10-15.") from None


def edit_of(given: Json) -> Edit:
    """
    Return an edit: values by field, or an explicit null that closes the record.

    Raises:
        InvalidValue: there is no such part, the code is no text, or the values are not said or no object.
    """
    part, code = part_of(given.get("part")), text_of(given, "code")
    if "values" not in given:
        message = f"it is not said what becomes of {part} {code!r}."
        raise InvalidValue("reorganisation.no_values", message, "Give `values` by field, or null to close it.")
    values = given["values"]
    if values is not None and not isinstance(values, dict):
        raise _other(f"the values of {part} {code!r}", values, "reorganisation.no_values", "no object", "Give values by field, or null to close it.")
    return Edit(part, code, values)


def key_of(given: Any) -> tuple[Part, str]:
    """
    Return part and code of a record.

    Raises:
        InvalidValue: it is no pair of texts, or there is no such part.
    """
    if not isinstance(given, list) or len(given) != 2 or not all(isinstance(each, str) for each in given):
        raise _other("an entry of keys", given, "reorganisation.no_key", "no pair of part and code")
    return part_of(given[0]), plain(given[1], "the code")


def choice_of(given: Json) -> Choice:
    """
    Return which side of a conflict shall hold.

    Raises:
        InvalidValue: there is no such part, or something is no text.
    """
    return Choice(part_of(given.get("part")), text_of(given, "code"), text_of(given, "field"), text_of(given, "keep"))  # type: ignore[arg-type]  # the service tells what is neither side


def part_of(given: Any) -> Part:
    """
    Return the part of an organisation.

    Raises:
        InvalidValue: there is none of this name.
    """
    if isinstance(given, str) and given in {each.value for each in Part}:
        return Part(given)
    raise InvalidValue("reorganisation.no_part", f"{_shown(given)} is no part of an organisation.", f"It has: {', '.join(Part)}.")


def _other(name: str, found: Any, code: str, what: str, hint: str = RELOAD) -> InvalidValue:
    return InvalidValue(code, f"{name} is {_shown(found)} and {what}.", hint)


def _shown(value: Any) -> str:
    return cleaned(repr(value)[:80])
