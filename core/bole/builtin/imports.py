"""What the core lets files and other systems bring in. Declarations only: the code that loads is imported when it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bole.contracts.extension import FieldType, ImportField, ImportOutcome, ImportRow, ImportTarget
from bole.contracts.label import Label

if TYPE_CHECKING:
    from bole.access import Work

Load = Callable[["Work", Iterable[Sequence[ImportRow]], Mapping[str, Any]], ImportOutcome]
TEXT, DATE, DECIMAL = FieldType.TEXT, FieldType.DATE, FieldType.DECIMAL

_NAMES = (ImportField("name_zh", TEXT), ImportField("name_en", TEXT))
_SINCE = ImportField("valid_from", DATE, required=True)
# The end is given as the first day after it, or as the last day of it.
_UNTIL = (ImportField("valid_to", DATE), ImportField("last_day", DATE))


def _required(name: str, type: FieldType = TEXT) -> ImportField:
    return ImportField(name, type, required=True)


def _texts(*names: str) -> tuple[ImportField, ...]:
    return tuple(ImportField(name, TEXT) for name in names)


def _loader(name: str) -> Load:
    def load(work: Work, chunks: Iterable[Sequence[ImportRow]], options: Mapping[str, Any]) -> ImportOutcome:
        from bole.builtin import loading  # services and what they need; the start of a program must not wait for them

        loader: Load = getattr(loading, f"load_{name}")
        return loader(work, chunks, options)

    return load


TARGETS = (
    ImportTarget(
        "legal_entities",
        Label("法人实体", "Legal entities"),
        (_required("code"), *_NAMES, _required("country"), _required("currency"), _required("time_zone")),
        _loader("legal_entities"),
    ),
    ImportTarget(
        "employees",
        Label("员工", "Employees"),
        (
            _required("number"),
            *_NAMES,
            *_texts("legal_entity", "email", "phone", "job_title"),
            ImportField("birth_date", DATE),
            ImportField("hired_on", DATE),
            ImportField("left_on", DATE),
        ),
        _loader("employees"),
    ),
    ImportTarget(
        "departments",
        Label("部门", "Departments"),
        (_required("code"), _SINCE, *_UNTIL, *_NAMES, *_texts("parent", "head", "legal_entity")),
        _loader("departments"),
    ),
    ImportTarget(
        "positions",
        Label("岗位", "Positions"),
        (_required("code"), _SINCE, *_UNTIL, *_texts("department", "reports_to", "title_zh", "title_en", "grade"), ImportField("fte", DECIMAL)),
        _loader("positions"),
    ),
    ImportTarget(
        "assignments",
        Label("任职", "Assignments"),
        (_required("employee"), _SINCE, *_UNTIL, *_texts("department", "position", "manager")),
        _loader("assignments"),
    ),
    ImportTarget(
        "terms",
        Label("约定薪资与比例", "Agreed pay and rates"),
        (_required("employee"), _required("code"), _required("value", DECIMAL), _SINCE, *_UNTIL),
        _loader("terms"),
    ),
    ImportTarget(
        "targets",
        Label("目标", "Targets"),
        (_required("employee"), _required("indicator"), _required("period"), _required("value", DECIMAL), ImportField("source", TEXT)),
        _loader("targets"),
    ),
    ImportTarget(
        "observations",
        Label("业务事实", "Observations"),
        (
            _required("employee"),
            _required("kind"),
            _required("moment", FieldType.MOMENT),
            _required("external_key"),
            ImportField("quantity", DECIMAL),
            ImportField("amount", FieldType.MONEY),
            ImportField("currency", TEXT),
            ImportField("answers_to", FieldType.MOMENT),
        ),
        _loader("observations"),
        extra=True,
    ),
)
"""The core's import targets."""
