"""The organisation's versions: their list, what differs between two points, and the one in force on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bole.access import Work
from bole.contracts.schema import Call, Column, Connection, Filter, Kind, Lookup, One, Type, step
from bole.graphql.core_people import ORG, texts
from bole.models import Department, OrgVersion
from bole.org import Part
from bole.services.orgdiffs import Explained, explain_between, org_point
from bole.services.orgstates import ALL
from bole.services.versions import version_on

_V = OrgVersion.table.c

ORG_VERSION = Type(
    "OrgVersion",
    OrgVersion.table,
    (_V.id,),
    ORG,
    columns=(
        *texts(_V, "code"),
        Column("kind", _V.kind, description="change, revision, merge (of a draft), rollback or snapshot."),
        Column("validFrom", _V.valid_from, Kind.DATE, description="The day from which its changes hold."),
        Column("reason", _V.reason, description="Why it was made."),
        Column("recordedAt", _V.recorded_at, Kind.MOMENT),
        *texts(_V, "recorded_by"),
    ),
    ones=(
        One("base", "OrgVersion", (step(_V.base_id, _V.id),), description="The version that a merged draft was made from, or that was brought back."),
        One("undoes", "OrgVersion", (step(_V.undoes_id, _V.id),), description="The version that it takes back."),
    ),
    order=(_V.recorded_at, _V.id),
    descending=True,
    description="One recorded batch of changes of the organisation.",
)


@dataclass(frozen=True, slots=True)
class OrgDiffLine:
    """One thing that is different: a department that moved, with all below it, is one line."""

    verb: str
    part: str
    code: str
    name_zh: str
    name_en: str
    sentence_zh: str
    sentence_en: str
    others: tuple[str, ...]
    size: int
    follows: str


@dataclass(frozen=True, slots=True)
class OrgDiffFound:
    """What is different between two points."""

    lines: tuple[OrgDiffLine, ...]


def shown(found: Explained) -> OrgDiffLine:
    """Return a line as the API shows it."""
    line = found.line
    said = found.sentence
    return OrgDiffLine(line.verb, line.part, line.code, line.name.zh, line.name.en, said.zh, said.en, line.others, line.size, line.follows)


def org_diff(work: Work, from_: str, to: str, *, people: bool = True) -> OrgDiffFound:
    """
    Return what is different between two points, each the code of a version or a day.

    Args:
        people: whether people's moves are told, too; that takes the permission for the whole company.
    """
    parts = ALL if people else ALL - {Part.ASSIGNMENT, Part.MEMBERSHIP}
    return OrgDiffFound(tuple(shown(each) for each in explain_between(work, org_point(work, from_), org_point(work, to), parts=parts)))


def org_version_on(work: Work, on: date, known_at: datetime | None = None) -> str | None:
    """Return the code of the version in force on a day."""
    number = version_on(work, on, known_at)
    version = None if number is None else work.session.get(OrgVersion, number)
    return None if version is None else version.code


QUERY = (
    Connection("orgVersions", "OrgVersion", (Filter("code", _V.code), Filter("kind", _V.kind)), "The versions of the organisation, the last first."),
    Lookup("department", "Department", Filter("code", Department.table.c.code, description="The department's code."), "One department, on a day."),
    Lookup("orgVersion", "OrgVersion", Filter("code", _V.code), "One version of the organisation."),
    Call("orgDiff", org_diff, "What is different between two points, each the code of a version or a day (2026-07-01, as known now)."),
    Call("orgVersionOn", org_version_on, "The code of the version in force on a day."),
)
