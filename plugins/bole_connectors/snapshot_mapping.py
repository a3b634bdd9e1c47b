"""Snapshot mappings: which columns of which files are the departments, posts and places of people as of a date."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from bole import FIELDS, LINE, FieldType, ImportField, Part
from bole_connectors.checking import check_mapping
from bole_connectors.mapping import FieldRule, FileForm, FileMapping
from bole_connectors.mapping_schema import FieldSchema, FormSchema, LeaveOutSchema, LookupSchema
from bole_connectors.problems import problems_of
from bole_connectors.reading import read_toml, refused

DATE = "{date}"
"""Stands in names of files, and in the version's code, for the date of the snapshot."""

_FILLED = validate.Length(min=1)
_DECIMALS = ("fte", "share")


@dataclass(frozen=True, slots=True)
class PartForm:
    """
    What the records of a part may say, in the form of an import target.

    Args:
        key: the fields that make a record's code.
    """

    part: Part
    key: tuple[str, ...]
    fields: tuple[ImportField, ...]

    @property
    def code(self) -> str:
        """How the part is called."""
        return f"a {self.part}"

    @property
    def extra(self) -> bool:
        """Whether further fields may stand there: none."""
        return False

    @property
    def required(self) -> tuple[str, ...]:
        """The fields without which there is no record."""
        return tuple(field.name for field in self.fields if field.required)


def _form(part: Part, key: tuple[str, ...], *required: str) -> PartForm:
    names = dict.fromkeys((*key, *FIELDS[part]))
    kinds = {name: FieldType.DECIMAL if name in _DECIMALS else FieldType.TEXT for name in names}
    return PartForm(part, key, tuple(ImportField(name, kinds[name], name in (*key, *required)) for name in names))


FORMS: Mapping[Part, PartForm] = {
    Part.DEPARTMENT: _form(Part.DEPARTMENT, ("code",)),
    Part.POSITION: _form(Part.POSITION, ("code",), "department"),
    Part.ASSIGNMENT: _form(Part.ASSIGNMENT, ("employee",), "department"),
    Part.MEMBERSHIP: _form(Part.MEMBERSHIP, ("employee", "department")),
}


@dataclass(frozen=True, slots=True)
class RecordRule:
    """
    How one kind of record follows from the rows of one file, or from constants alone where it names no file.

    Args:
        mapping: its file's name may hold `DATE`.
    """

    part: Part
    mapping: FileMapping

    @property
    def is_stated(self) -> bool:
        """Whether it is one record that the mapping itself states."""
        return not self.mapping.file.name

    def file(self, day: date, date_format: str) -> str:
        """Return the name of its file of a day."""
        return self.mapping.file.name.replace(DATE, f"{day:{date_format}}")

    def dated(self, name: str, date_format: str) -> date | None:
        """Return the day of which a file with this name is; nothing where it is none of its files."""
        pattern = "(.+)".join(re.escape(part) for part in self.mapping.file.name.split(DATE, 1))
        match = re.fullmatch(pattern, name) if DATE in self.mapping.file.name else None
        try:
            day = datetime.strptime(match[1], date_format).replace(tzinfo=UTC).date() if match else None
        except ValueError:
            return None
        return day if day and self.file(day, date_format) == name else None


@dataclass(frozen=True, slots=True)
class SnapshotMapping:
    """
    A snapshot mapping, checked by itself.

    Args:
        code: of the org version; holds `DATE`.
        date_format: how names of files write the date, in the codes of strftime.
        line: the organisation that it describes: ``line``, or the name of one that stands beside it.
        below: code of the department of which, and of what is below it, the files speak; of everything, where empty.
        reason: kept with the version.
    """

    path: Path
    code: str
    date_format: str
    line: str
    below: str
    reason: str
    records: tuple[RecordRule, ...]


class RecordSchema(Schema):
    """How one kind of record follows from the rows of one file, or from constants alone."""

    class Meta:
        """Refuse what is not declared."""

        unknown = RAISE

    part = fields.Enum(Part, by_value=True, required=True)
    file = fields.Nested(FormSchema)
    leave_out = fields.List(fields.Nested(LeaveOutSchema))
    # `fields` is an attribute of every schema, so the field goes by another name.
    rules = fields.Dict(keys=fields.String(), values=fields.Nested(FieldSchema), required=True, data_key="fields", validate=_FILLED)

    @validates_schema
    def _check_whole(self, given: Mapping[str, Any], **_: Any) -> None:
        rules: Mapping[str, FieldRule] = given.get("rules", {})
        form: FileForm = given.get("file", FileForm())
        if form.name.count(DATE) > 1:
            raise ValidationError({"file": {"name": [f"holds {DATE} twice."]}})
        if not form.name and (given.get("leave_out") or any(rule.columns for rule in rules.values())):
            raise ValidationError({"file": {"name": ["is missing, and columns are read. Without a file every field is a constant."]}})


class SnapshotSchema(Schema):
    """A snapshot mapping: several kinds of records from files of one date."""

    class Meta:
        """Refuse what is not declared."""

        unknown = RAISE

    about = fields.String()
    code = fields.String(validate=lambda text: _dated(text))
    date_format = fields.String(validate=_FILLED)
    line = fields.String(validate=validate.Length(min=1, max=40))
    below = fields.String(validate=validate.Length(min=1, max=60))
    reason = fields.String(validate=validate.Length(max=400))
    lookups = fields.Dict(keys=fields.String(), values=fields.Nested(LookupSchema))
    records = fields.List(fields.Nested(RecordSchema), required=True, validate=_FILLED)


def _dated(text: str) -> None:
    if DATE not in text:
        raise ValidationError(f"does not hold {DATE}, without which all snapshots would be one version.")


def read_snapshot_mapping(path: Path) -> SnapshotMapping:
    """
    Return the snapshot mapping in a file.

    Raises:
        NotFound: there is no such file.
        ProblemsFound: it is not TOML, has missing, wrong or unknown keys, or fields that a part does not have (all are named).
    """
    document = read_toml(path)
    try:
        loaded: dict[str, Any] = dict(SnapshotSchema().load(document))
    except ValidationError as error:
        raise refused(path, problems_of(path, error.messages, SnapshotSchema(), document)) from error
    lookups = loaded.get("lookups", {})
    rules = [
        RecordRule(
            each["part"],
            FileMapping(
                path,
                "snapshot",
                each["part"],
                file=each.get("file", FileForm()),
                lookups=lookups,
                leave_out=tuple(each.get("leave_out", ())),
                fields=each["rules"],
            ),
        )
        for each in loaded["records"]
    ]
    problems = [
        replace(problem, column=f"records.{place}.{problem.column}")
        for place, rule in enumerate(rules, 1)
        for problem in check_mapping(rule.mapping, FORMS[rule.part])
    ]
    if problems:
        raise refused(path, problems)
    return SnapshotMapping(
        path,
        loaded.get("code", f"{path.stem}-{DATE}"),
        loaded.get("date_format", "%Y-%m-%d"),
        loaded.get("line", LINE),
        loaded.get("below", ""),
        loaded.get("reason", f"snapshot {path.name}"),
        tuple(rules),
    )
