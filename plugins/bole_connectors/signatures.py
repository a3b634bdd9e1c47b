"""What a file really is, told from its first bytes and not from its name."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE

GZIP, ZIP, OLE = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_KNOWN = (
    (ZIP, "a zip archive, as Excel workbooks (.xlsx) are", 'Import it with connector = "excel", or save it as CSV.'),
    (b"PK\x05\x06", "an empty zip archive", "Export it again."),
    (OLE, "an old Excel workbook (.xls), or one that is locked by a password", "Save it as .xlsx without a password, or as CSV."),
    (GZIP, "packed with gzip", 'Set compression = "gzip" under [file] of the mapping, or let its name end in .gz.'),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture", ""),
    (b"\xff\xd8\xff", "a JPEG picture", ""),
    (b"GIF8", "a GIF picture", ""),
    (b"%PDF-", "a PDF document", "Ask for the figures as CSV or Excel."),
    (b"{\\rtf", "an RTF document", "Save it as CSV."),
    (b"BZh", "packed with bzip2", "Unpack it first."),
    (b"\xfd7zXZ\x00", "packed with xz", "Unpack it first."),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "Unpack it first."),
    (b"Rar!\x1a\x07", "a RAR archive", "Unpack it first."),
    (b"\x28\xb5\x2f\xfd", "packed with Zstandard", "Unpack it first."),
    (b"SQLite format 3\x00", "an SQLite database", "Export the table as CSV."),
)
_MARKUP = ((b"<!doctype html", "a web page"), (b"<html", "a web page"), (b"<?xml", "an XML document"))


def recognised(head: bytes) -> tuple[str, str]:
    """Return what the first bytes of a file say it is, and a hint; two empty texts where they say nothing."""
    for signature, what, hint in _KNOWN:
        if head.startswith(signature):
            return what, hint
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:20].lower()
    for signature, what in _MARKUP:
        if start.startswith(signature):
            return what, "A download that asks for a password often looks like this. Export it again as CSV."
    return "", ""


def is_wide(encoding: str) -> bool:
    """Tell whether a text in the encoding holds zero bytes."""
    return encoding.lower().replace("_", "-").startswith(("utf-16", "utf16", "utf-32", "utf32"))


def not_text(head: bytes, encoding: str) -> tuple[str, str]:
    """Return what a file is that is meant to be text in an encoding and is not, and a hint; two empty texts for text."""
    what, hint = recognised(head)
    if what:
        return f"is {what}, and no text", hint
    if is_wide(encoding):
        return "", ""
    if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return f"is text in UTF-16, and not in {encoding}", 'Set encoding = "utf-16" under [file] of the mapping.'
    if b"\0" in head:
        return "holds zero bytes, and is no text", "Export it as CSV, or name its encoding under [file] of the mapping."
    return "", ""
