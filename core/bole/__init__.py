"""Bole: a plugin-based HR platform. This module is what plugins may use of it.

Every name is imported from where it lives when it is first asked for, so that
``import bole`` costs nothing. A type checker reads the imports below instead.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

# One line a home reads better here than one line a name.
# fmt: off
# isort: off
if TYPE_CHECKING:
    from bole import models as tables
    from bole.access import SYSTEM, Actor, Scope, Work
    from bole.access.requires import requires
    from bole.clock import Clock, FixedClock, SystemClock, today
    from bole.contracts.extension import (
        Command, Connector, FieldType, ImportField, ImportOutcome, ImportRow, ImportTarget, Job, OrgSource, Progress, Site,
    )
    from bole.contracts.impact import LISTED, OrgImpact, Reorganisation, Touched
    from bole.contracts.incentive import AMOUNT_SCALE, IncentiveInput, IncentiveType, Reward
    from bole.contracts.indicator import (
        ONE, Aggregate, Direction, Indicator, IndicatorKind, Measure, Of, Unit, count, distinct, last_quantity, mean_quantity, ratio,
        share_within, total_amount, total_quantity, weighted_index, where,
    )
    from bole.contracts.label import Label
    from bole.contracts.loading import loaded_when_called
    from bole.contracts.observation import Attribute, AttributeType, Observation, ObservationKind, ObservationsRecorded, RecordOutcome
    from bole.contracts.pages import Action, ActionField, AdminPage, AdminView, Choice, Column, FieldKind, Format, Tone
    from bole.db import Database, Raw, bulk_insert, is_postgresql, unit_of_work, upsert
    from bole.errors import (
        BoleError, Conflict, ConflictsFound, Forbidden, InvalidValue, NotFound, Problem, ProblemsFound, StartRefused, refuse_if_any,
    )
    from bole.formula import DATE, NUMBER, RATIO, TEXT, Formula, FormulaError, FormulaFunction, FormulaProblem, Table, Type
    from bole.hookspecs import hookimpl
    from bole.host import Config, Host, read_config
    from bole.models import MILLION, Model
    from bole.models.types import PERSONAL, Document, Moment, Serial
    from bole.org import (
        FIELD_WORDS, FIELDS, LINE, PART_WORDS, Change, DiffLine, Facts, Finding, MergeConflict, Merged, OrgDiff, OrgSnapshot, Part, Severity,
        Structure, Verb, WHOLE, Keep, names_of,
    )
    from bole.org.outside import (
        apply_diff, check_structure, compare_structures, complete_facts, count_lines, diff_sentence, explain_diff, inverse_diff, merge_changes,
        name_of_record, read_facts, settle_change, write_facts,
    )
    from bole.services.awards import Decision, approve_awards, award_instantly, void_awards
    from bole.services.catalogue import Synchronised, synchronise
    from bole.services.entries import DatedEntry, Entry
    from bole.services.explain import explain_payout
    from bole.services.explanation import Step, same
    from bole.services.history import (
        Recorded, VersionNote, apply_changes, foresee_roll_back, org_versions, record_structure, roll_back, version_diff, version_instant,
    )
    from bole.services.idempotency import answer_once
    from bole.services.identity import actor_of_user, create_token, create_user, ensure_roles, grant_permission, set_password
    from bole.services.installation import Upgraded, bring_up_to_date, create_database, write_config
    from bole.services.intervals import among
    from bole.services.jobs import JobStatus, job_status, start_job
    from bole.services.ledger import Verdict, export_ledger, ledger_signer, sign_checkpoint, verify_ledger
    from bole.services.managers import manager_of, managers_on
    from bole.services.orgdiffs import Explained, explain_between, explained, org_point
    from bole.services.orgstates import Instant, diff_between, read_structure
    from bole.services.outbox import deliver
    from bole.services.payouts import Released, release_payouts, reverse_payout, settle_payouts
    from bole.services.people import assign_employees, define_legal_entities, register_employees, revise_assignments
    from bole.services.periods import StoredPeriod, close_period
    from bole.services.plans import Item, PlanWritten, write_plan_version
    from bole.services.reach import demand_company
    from bole.services.recording import record_good, record_observations, withdraw_observations
    from bole.services.rules import write_rule
    from bole.services.runs import RunOutcome, rescore_period, run_period
    from bole.services.structure import (
        DepartmentNode, Headcount, change_departments, change_positions, department_tree, headcount, headcounts, move_department,
        revise_departments, revise_positions, subtree_ids,
    )
    from bole.services.targets import set_targets, targets_for
    from bole.services.terms import revise_terms, set_terms, terms_on, terms_within
    from bole.services.units import UnitResult, unit_results
    from bole.services.versions import is_version_code, lock_organisation, open_version, version_on
    from bole.services.visibility import company_day, demand_sight, last_day, visible_employees, visible_rows
    from bole.values import (
        AS_KNOWN_NOW, EPOCH, FOREVER, UNTIL_REVISED, DateInterval, Money, Period, PeriodKind, Rounding, day_number, from_day_number, from_micros,
        micros, minor_digits,
    )

_HOMES = {
    "bole.access": "SYSTEM Actor Scope Work",
    "bole.access.requires": "requires",
    "bole.clock": "Clock FixedClock SystemClock today",
    "bole.contracts.extension": "Command Connector FieldType ImportField ImportOutcome ImportRow ImportTarget Job OrgSource Progress Site",
    "bole.contracts.impact": "OrgImpact Reorganisation Touched LISTED",
    "bole.contracts.incentive": "AMOUNT_SCALE IncentiveInput IncentiveType Reward",
    "bole.contracts.indicator": "ONE Aggregate Direction Indicator IndicatorKind Measure Of Unit count distinct last_quantity mean_quantity ratio "
    "share_within total_amount total_quantity weighted_index where",
    "bole.contracts.label": "Label",
    "bole.contracts.loading": "loaded_when_called",
    "bole.contracts.observation": "Attribute AttributeType Observation ObservationKind ObservationsRecorded RecordOutcome",
    "bole.contracts.pages": "Action ActionField AdminPage AdminView Choice Column FieldKind Format Tone",
    "bole.db": "Database Raw bulk_insert is_postgresql unit_of_work upsert",
    "bole.errors": "BoleError Conflict ConflictsFound Forbidden InvalidValue NotFound Problem ProblemsFound StartRefused refuse_if_any",
    "bole.formula": "DATE NUMBER RATIO TEXT Formula FormulaError FormulaFunction FormulaProblem Table Type",
    "bole.hookspecs": "hookimpl",
    "bole.host": "Config Host read_config",
    "bole.models": "MILLION Model",
    "bole.models.types": "PERSONAL Document Moment Serial",
    "bole.org": "FIELDS LINE Change DiffLine Facts Finding MergeConflict OrgDiff OrgSnapshot Part "
    "Severity Structure Verb FIELD_WORDS Merged PART_WORDS WHOLE Keep names_of",
    "bole.org.outside": "apply_diff check_structure compare_structures complete_facts count_lines diff_sentence "
    "explain_diff inverse_diff merge_changes name_of_record read_facts settle_change write_facts",
    "bole.services.awards": "Decision approve_awards award_instantly void_awards",
    "bole.services.catalogue": "Synchronised synchronise",
    "bole.services.entries": "DatedEntry Entry",
    "bole.services.explain": "explain_payout",
    "bole.services.explanation": "Step same",
    "bole.services.history": "Recorded VersionNote apply_changes foresee_roll_back org_versions "
    "record_structure roll_back version_diff version_instant",
    "bole.services.idempotency": "answer_once",
    "bole.services.identity": "actor_of_user create_token create_user ensure_roles grant_permission set_password",
    "bole.services.installation": "Upgraded bring_up_to_date create_database write_config",
    "bole.services.intervals": "among",
    "bole.services.jobs": "JobStatus job_status start_job",
    "bole.services.ledger": "Verdict export_ledger ledger_signer sign_checkpoint verify_ledger",
    "bole.services.managers": "manager_of managers_on",
    "bole.services.orgdiffs": "Explained explain_between explained org_point",
    "bole.services.orgstates": "Instant diff_between read_structure",
    "bole.services.outbox": "deliver",
    "bole.services.payouts": "Released release_payouts reverse_payout settle_payouts",
    "bole.services.people": "assign_employees define_legal_entities register_employees revise_assignments",
    "bole.services.periods": "StoredPeriod close_period",
    "bole.services.plans": "Item PlanWritten write_plan_version",
    "bole.services.reach": "demand_company",
    "bole.services.recording": "record_good record_observations withdraw_observations",
    "bole.services.rules": "write_rule",
    "bole.services.runs": "RunOutcome rescore_period run_period",
    "bole.services.structure": "DepartmentNode Headcount change_departments change_positions department_tree headcount headcounts move_department "
    "revise_departments revise_positions subtree_ids",
    "bole.services.targets": "set_targets targets_for",
    "bole.services.terms": "revise_terms set_terms terms_on terms_within",
    "bole.services.units": "UnitResult unit_results",
    "bole.services.versions": "is_version_code lock_organisation open_version version_on",
    "bole.services.visibility": "company_day demand_sight last_day visible_employees visible_rows",
    "bole.values": "AS_KNOWN_NOW EPOCH FOREVER UNTIL_REVISED DateInterval Money Period PeriodKind Rounding day_number from_day_number from_micros "
    "micros minor_digits",
}

__all__ = [
    "AMOUNT_SCALE", "AS_KNOWN_NOW", "DATE", "EPOCH", "FIELDS", "FIELD_WORDS", "FOREVER", "LINE", "LISTED", "MILLION", "NUMBER", "ONE", "PART_WORDS",
    "PERSONAL", "RATIO", "SYSTEM", "TEXT", "UNTIL_REVISED", "WHOLE", "Action", "ActionField", "Actor", "AdminPage", "AdminView", "Aggregate",
    "Attribute", "AttributeType", "BoleError", "Change", "Choice", "Clock", "Column", "Command", "Config", "Conflict", "ConflictsFound", "Connector",
    "Database", "DateInterval", "DatedEntry", "Decision", "DepartmentNode", "DiffLine", "Direction", "Document", "Entry", "Explained", "Facts",
    "FieldKind", "FieldType", "Finding", "FixedClock", "Forbidden", "Format", "Formula", "FormulaError", "FormulaFunction", "FormulaProblem",
    "Headcount", "Host", "ImportField", "ImportOutcome", "ImportRow", "ImportTarget", "IncentiveInput", "IncentiveType", "Indicator", "IndicatorKind",
    "Instant", "InvalidValue", "Item", "Job", "JobStatus", "Keep", "Label", "Measure", "MergeConflict", "Merged", "Model", "Moment", "Money",
    "NotFound", "Observation", "ObservationKind", "ObservationsRecorded", "Of", "OrgDiff", "OrgImpact", "OrgSnapshot", "OrgSource", "Part", "Period",
    "PeriodKind", "PlanWritten", "Problem", "ProblemsFound", "Progress", "Raw", "RecordOutcome", "Recorded", "Released", "Reorganisation", "Reward",
    "Rounding", "RunOutcome", "Scope", "Serial", "Severity", "Site", "StartRefused", "Step", "StoredPeriod", "Structure", "Synchronised",
    "SystemClock", "Table", "Tone", "Touched", "Type", "Unit", "UnitResult", "Upgraded", "Verb", "Verdict", "VersionNote", "Work", "actor_of_user",
    "among", "answer_once", "apply_changes", "apply_diff", "approve_awards", "assign_employees", "award_instantly", "bring_up_to_date", "bulk_insert",
    "change_departments", "change_positions", "check_structure", "close_period", "company_day", "compare_structures", "complete_facts", "count",
    "count_lines", "create_database", "create_token", "create_user", "day_number", "define_legal_entities", "deliver", "demand_company",
    "demand_sight", "department_tree", "diff_between", "diff_sentence", "distinct", "ensure_roles", "explain_between", "explain_diff",
    "explain_payout", "explained", "export_ledger", "foresee_roll_back", "from_day_number", "from_micros", "grant_permission", "headcount",
    "headcounts", "hookimpl", "inverse_diff", "is_postgresql", "is_version_code", "job_status", "last_day", "last_quantity", "ledger_signer",
    "loaded_when_called", "lock_organisation", "manager_of", "managers_on", "mean_quantity", "merge_changes", "micros", "minor_digits",
    "move_department", "name_of_record", "names_of", "open_version", "org_point", "org_versions", "ratio", "read_config", "read_facts",
    "read_structure", "record_good", "record_observations", "record_structure", "refuse_if_any", "register_employees", "release_payouts", "requires",
    "rescore_period", "reverse_payout", "revise_assignments", "revise_departments", "revise_positions", "revise_terms", "roll_back", "run_period",
    "same", "set_password", "set_targets", "set_terms", "settle_change", "settle_payouts", "share_within", "sign_checkpoint", "start_job",
    "subtree_ids", "synchronise", "tables", "targets_for", "terms_on", "terms_within", "today", "total_amount", "total_quantity", "unit_of_work",
    "unit_results", "upsert", "verify_ledger", "version_diff", "version_instant", "version_on", "visible_employees", "visible_rows", "void_awards",
    "weighted_index", "where", "withdraw_observations", "write_config", "write_facts", "write_plan_version", "write_rule",
]
# isort: on
# fmt: on


def __getattr__(name: str) -> Any:
    if name == "tables":
        return import_module("bole.models")
    for home, names in _HOMES.items():
        if name in names.split():
            return getattr(import_module(home), name)
    raise AttributeError(f"module 'bole' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
