"""CSV files as tables: looked through once from end to end, then read row by row; never held whole."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from bole_connectors.mapping import FileForm
from bole_connectors.signatures import GZIP, not_text
from bole_connectors.tables import MEGABYTE, Limits, Row, check_size, names_of, refuse_file

_HEAD = 4096
LONGEST_LINE = 1_000_000
_GUESSES = ("utf-8", "gb18030", "cp1252")


class CsvTable:
    """
    A CSV file that was looked through.

    Everything that can be wrong with the file as a whole (its size, encoding, packing, quotes) is found before
    the first row is handed out, so that an import never breaks off in the middle of a file.

    Raises:
        NotFound: there is no such file.
        InvalidValue: it is too large, is not what its name says, or cannot be read to the end.
    """

    def __init__(self, path: Path, form: FileForm, limits: Limits, *, where: str = "") -> None:
        self.path, self.form, self.limits = path, form, limits
        self.where = where or str(path)
        check_size(path, limits)
        self._packed = form.compression == "gzip" or (form.compression == "auto" and path.suffix.lower() == ".gz")
        self._check_head()
        self.header_row = form.last_header_row
        self.header = self._scan()

    def rows(self) -> Iterator[Row]:
        """Yield the rows below the header; blank lines count, as they do in a spreadsheet."""
        with self._reader() as reader:
            for number, cells in enumerate(reader, 1):
                if number > self.header_row:
                    yield number, cells

    def _check_head(self) -> None:
        with self.path.open("rb") as file:
            head = file.read(_HEAD)
        if self._packed:
            if not head.startswith(GZIP):
                what, hint = not_text(head, self.form.encoding)
                raise refuse_file(
                    self.where, "not_gzip", f"is not packed with gzip{', it ' + what if what else ''}.", hint or 'Set compression = "none".'
                )
            try:
                head = zlib.decompressobj(wbits=31).decompress(head, _HEAD)
            except zlib.error as error:
                raise self._broken(str(error)) from error
        what, hint = not_text(head, self.form.encoding)
        if what:
            raise refuse_file(self.where, "not_text", f"the file {what}.", hint)

    def _scan(self) -> tuple[str, ...]:
        """Read to the end and return the names of the columns."""
        names: list[list[str]] = []
        number = 0
        try:
            with self._reader() as reader:
                for number, cells in enumerate(reader, 1):
                    if self.form.header_row <= number <= self.header_row:
                        names.append(cells)
        except UnicodeDecodeError as error:
            raise self._undecodable(number + 1, error) from error
        except UnicodeError as error:
            reason = f"is not text in {self.form.encoding}: {error}."
            raise refuse_file(self.where, "wrong_encoding", reason, "Name its encoding under [file] of the mapping.") from error
        except csv.Error as error:
            hint = "Look for a quotation mark that is not closed, or for another delimiter than the mapping names."
            raise refuse_file(self.where, "not_csv", f"row {number + 1} is no CSV: {error}.", hint) from error
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise self._broken(str(error)) from error
        if number < self.header_row or not any(any(cells) for cells in names):
            raise refuse_file(
                self.where, "no_header", f"row {self.header_row} holds no names of columns.", "Set header_row under [file] of the mapping."
            )
        return names_of(names)

    @contextmanager
    def _reader(self) -> Iterator[Iterator[list[str]]]:
        with self.path.open("rb") as file:
            plain: IO[bytes] = io.BufferedReader(_Bounded(gzip.GzipFile(fileobj=file), self)) if self._packed else file
            with io.TextIOWrapper(plain, encoding=self._encoding, newline="") as text:
                yield csv.reader(self._lines(text), delimiter=self.form.delimiter, quotechar=self.form.quote, strict=True)

    def _lines(self, text: IO[str]) -> Iterator[str]:
        # A file without line ends would otherwise be read whole, as one line.
        number = 0
        while line := text.readline(LONGEST_LINE):
            number += 1
            if len(line) == LONGEST_LINE:
                hint = "Export it again with one record a line."
                raise refuse_file(self.where, "line_too_long", f"line {number} has more than {LONGEST_LINE:,} characters, and is no record.", hint)
            yield line

    @property
    def _encoding(self) -> str:
        return "utf-8-sig" if self.form.encoding.lower().replace("_", "-") in ("utf-8", "utf8") else self.form.encoding

    def _broken(self, reason: str) -> Exception:
        return refuse_file(self.where, "broken_gzip", f"cannot be unpacked: {reason.rstrip('.')}.", "Transfer the file again.")

    def _undecodable(self, row: int, error: UnicodeDecodeError) -> Exception:
        wrong = bytes(error.object[error.start : error.end])[:4]
        fitting = [guess for guess in _GUESSES if guess != self.form.encoding.removesuffix("-sig") and _decodes(bytes(error.object), guess)]
        row += bytes(error.object[: error.start]).count(b"\n")
        hint = "Set encoding under [file] of the mapping" + (f"; the text can be read as {' and as '.join(fitting)}." if fitting else ".")
        return refuse_file(self.where, "wrong_encoding", f"is not text in {self.form.encoding}: row {row} holds {wrong!r}.", hint)


def _decodes(sample: bytes, encoding: str) -> bool:
    try:
        sample[:60_000].decode(encoding)
    except UnicodeDecodeError as error:
        # The sample may end within a character.
        return error.start > len(sample[:60_000]) - 4
    return True


class _Bounded(io.RawIOBase):
    """What a gzip file unpacks to, up to the limit and not a byte further."""

    def __init__(self, packed: gzip.GzipFile, table: CsvTable) -> None:
        self._packed, self._table, self._left = packed, table, table.limits.max_unpacked_mb * MEGABYTE

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any writable buffer will do
        """Fill a buffer and return how many bytes that took."""
        piece = self._packed.read(len(buffer))
        self._left -= len(piece)
        if self._left < 0:
            limit = self._table.limits.max_unpacked_mb
            raise refuse_file(
                self._table.where,
                "unpacked_too_large",
                f"it unpacks to more than {limit:,} MB, from {self._table.path.stat().st_size / MEGABYTE:,.1f} MB.",
                "If that is right, raise max_unpacked_mb under [plugins.connectors] in the configuration.",
            )
        buffer[: len(piece)] = piece
        return len(piece)
