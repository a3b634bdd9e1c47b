"""Cells of a workbook that have no value to import: errors, and formulas whose result was not saved.

The reader of workbooks gives both as empty, so that a wrong sum would pass for none. They are found
in the sheet's own XML, in pieces, without building a tree of it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

from bole_connectors.tables import Fault

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REFERENCE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_PIECE = 1 << 20
_FAULT = re.compile(
    rb'<c\b(?P<error>[^>]*\bt="e"[^>]*)>(?:<f\b[^>]*/>|<f\b[^>]*>[^<]*</f>)?\s*(?:<v>(?P<shown>[^<]*)</v>)?'
    rb"|<c\b(?P<formula>[^>]*)>\s*(?:<f\b[^>]*/>|<f\b[^>]*>(?P<text>[^<]*)</f>)\s*(?:<v\s*/>)?\s*</c>"
)
_PLACE = re.compile(rb'\br="([A-Z]+)(\d+)"')


def faults_of(path: Path, sheet: str) -> dict[int, dict[int, Fault]]:
    """Return the faults of a sheet by row, from 1, and column, from 0."""
    found: dict[int, dict[int, Fault]] = {}
    with zipfile.ZipFile(path) as archive:
        member = _member(archive, sheet)
        for match in _matches(archive, member) if member else ():
            place = _PLACE.search(match["error"] or match["formula"] or b"")
            if place is None:
                continue
            found.setdefault(int(place[2]), {})[_column(place[1])] = _fault(match)
    return found


def _fault(match: re.Match[bytes]) -> Fault:
    if match["error"] is not None:
        return Fault((match["shown"] or b"#ERROR").decode("utf-8", "replace"), "the cell shows an error.")
    formula = "=" + (match["text"] or b"").decode("utf-8", "replace")
    return Fault(formula, "the cell holds a formula whose result was not saved. Open the workbook in Excel and save it.")


def _matches(archive: zipfile.ZipFile, member: str) -> Iterator[re.Match[bytes]]:
    rest = b""
    with archive.open(member) as file:
        while piece := file.read(_PIECE):
            # A cell may go over the end of a piece: what follows the last one begun waits for the next.
            text = rest + piece
            cut = text.rfind(b"<c ")
            cut = len(text) if cut < 0 else cut
            yield from _FAULT.finditer(text, 0, cut)
            rest = text[cut:]
    yield from _FAULT.finditer(rest)


def _member(archive: zipfile.ZipFile, sheet: str) -> str:
    """Return the part of the archive that holds a sheet; nothing for a workbook of an unusual make."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return ""
    workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    number = next((each.get(_REFERENCE) for each in workbook.iter(f"{_MAIN}sheet") if each.get("name") == sheet), None)
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    target = next((each.get("Target", "") for each in relations.iter(f"{_PACKAGE}Relationship") if each.get("Id") == number), "")
    member = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
    return member if target and member in names else ""


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
