"""Recording observations: new ones, repeats, corrections and withdrawals, each batch in one transaction.

In the same transaction stand the facts, their keys, the rollups they change, the measurements and
scores of every open period that has been computed, the ledger's leaf and the news for
plugins. Either all of it is there or nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bole.access import Work, requires
from bole.contracts.observation import Observation, ObservationsRecorded, RecordOutcome
from bole.db import Raw, bulk_insert, ensure_partitions, unit_of_work, upsert
from bole.engine.catalogue import Catalogue
from bole.errors import Conflict, InvalidValue, NotFound, Problem, refuse_if_any
from bole.models import BATCH_BITS, ObservationKey
from bole.models import Observation as ObservationRow
from bole.services.catalogue import remembering
from bole.services.intake import Checked, Intake
from bole.services.journal import OBSERVATION_COLUMNS, append
from bole.services.live import lock_live_periods, refresh_open_periods
from bole.services.outbox import enqueue
from bole.services.reach import demand_company
from bole.services.rollups import DAY, EMPLOYEE, FACET, add_to_rollups, changes
from bole.services.visibility import company_day, seen_days
from bole.values import from_day_number, micros

_KEYS = ("source_id", "external_key", "observation_id", "employee_id", "day", "body")
_SIGN = OBSERVATION_COLUMNS.index("sign")
_ID = OBSERVATION_COLUMNS.index("id")


@requires("core.observation.record")
def record_observations(work: Work, observations: Sequence[Observation], *, source: str, correct: bool = False) -> RecordOutcome:
    """
    Record all of the observations, or none.

    Args:
        observations: at most 1,048,576 (half of it where they correct others).
        source: code of the system they come from; keys are its own.
        correct: whether an external key that is known with other content replaces the earlier fact.

    Raises:
        ProblemsFound: something is wrong with one or more of them; each problem names the place (from 1), column and value.
    """
    outcome, problems = _record(work, observations, source=source, correct=correct, all_or_nothing=True)
    refuse_if_any(
        problems,
        code="core.observations_refused",
        message=f"{len(problems)} problem(s) in {len(observations)} observation(s) from {source!r}; nothing was recorded.",
    )
    return outcome


@requires("core.observation.record")
def record_good(work: Work, observations: Sequence[Observation], *, source: str, correct: bool = False) -> tuple[RecordOutcome, tuple[Problem, ...]]:
    """
    Record the observations that can be, and return what was done and what is wrong with the others.

    Args:
        observations, source, correct: as for `record_observations`.
    """
    return _record(work, observations, source=source, correct=correct, all_or_nothing=False)


@requires("core.observation.record")
def withdraw_observations(work: Work, keys: Sequence[str], *, source: str) -> RecordOutcome:
    """
    Take facts back that never happened (a cancelled deal): their figures are subtracted, their rows stay.

    Args:
        keys: external keys at the source.

    Raises:
        NotFound: a key is unknown; nothing was withdrawn.
        Forbidden: the actor may not record for the whole company.
    """
    demand_company(work, "core.observation.record")
    with unit_of_work(work.session), remembering(work) as catalogue:
        raw = Raw(work.session)
        source_id = _source(raw, source)
        known = _known(raw, source_id, keys)
        missing = [key for key in keys if key not in known]
        if missing:
            raise NotFound("core.unknown_key", f"source {source!r} has no observation {missing[0]!r} ({len(missing)} unknown in all).")
        batch = _Batch(work, raw, catalogue, source_id)
        batch.take_back([known[key] for key in keys])
        raw.many("delete from core_observation_key where source_id = ? and external_key = ?", [(source_id, key) for key in keys])
        batch.write()
    return RecordOutcome(batch.id, 0, len(keys), 0)


def _record(
    work: Work, observations: Sequence[Observation], *, source: str, correct: bool, all_or_nothing: bool
) -> tuple[RecordOutcome, tuple[Problem, ...]]:
    if len(observations) >= 1 << (BATCH_BITS - correct):
        raise InvalidValue(
            "core.batch_too_large", f"{len(observations)} observations are too many for one batch.", f"Give at most {(1 << BATCH_BITS) - 1}."
        )
    with unit_of_work(work.session), remembering(work) as catalogue:
        raw = Raw(work.session)
        intake = Intake(work, raw, catalogue, source, seen_days(work, "core.observation.record"))
        checked = intake.check(observations)
        source_id = _source(raw, source)
        known = _known(raw, source_id, [each.external_key for each in checked])
        checked = _within_reach(intake, checked, known)
        fresh, changed, unchanged = _sorted_out(checked, known, intake, correct)
        problems = tuple(intake.problems)
        if (all_or_nothing and problems) or not (fresh or changed):
            return RecordOutcome(None, 0, 0, unchanged), problems
        batch = _Batch(work, raw, catalogue, source_id)
        batch.take_back([known[each.external_key] for each in changed])
        batch.put([*fresh, *changed], {each.external_key: known[each.external_key][0] for each in changed})
        batch.write()
    return RecordOutcome(batch.id, len(fresh), len(changed), unchanged), problems


def _within_reach(intake: Intake, checked: Sequence[Checked], known: Mapping[str, tuple[int, int, int, bytes]]) -> list[Checked]:
    """Return what the actor may record; a key that stands for a fact outside its reach is a problem, whatever the content."""
    found = []
    for each in checked:
        earlier = known.get(each.external_key)
        if earlier is not None and intake.outside(earlier[1], from_day_number(earlier[2])):
            intake.problem(each.place, "external_key", each.external_key, "the key is taken.", "Give it another key.")
        else:
            found.append(each)
    return found


def _sorted_out(
    checked: Iterable[Checked], known: dict[str, tuple[int, int, int, bytes]], intake: Intake, correct: bool
) -> tuple[list[Checked], list[Checked], int]:
    fresh: dict[str, Checked] = {}
    changed: dict[str, Checked] = {}
    unchanged = 0
    for each in checked:
        earlier = fresh.get(each.external_key) or changed.get(each.external_key)
        before = earlier.body if earlier else known[each.external_key][3] if each.external_key in known else None
        if before is None:
            fresh[each.external_key] = each
        elif before == each.body:
            unchanged += 1
        elif earlier is None and correct:
            changed[each.external_key] = each
        else:
            where = f"row {earlier.place + 1} of the same batch" if earlier else "an observation already recorded"
            intake.problems.append(
                Problem(
                    intake.source,
                    each.place + 1,
                    "external_key",
                    each.external_key,
                    f"{where} has this key with other content.",
                    "Give it another key, or correct the earlier one.",
                )
            )
    return list(fresh.values()), list(changed.values()), unchanged


def _source(raw: Raw, code: str) -> int:
    if not code or len(code) > 80 or "\0" in code:
        raise InvalidValue("core.source_code", f"the source {code[:40]!r} is no code.", "Give 1 to 80 characters, none of them NUL.")
    row = raw.one("select id from core_source where code = ?", (code,))
    if row is None:
        raw.run("insert into core_source (code) values (?) on conflict (code) do nothing", (code,))
        return _source(raw, code)
    return int(row[0])


def _known(raw: Raw, source_id: int, keys: Sequence[str]) -> dict[str, tuple[int, int, int, bytes]]:
    rows = raw.where_in(
        "select external_key, observation_id, employee_id, day, body from core_observation_key where source_id = ? and external_key in",
        keys,
        before=(source_id,),
    )
    return {key: (int(observation), int(employee), int(day), bytes(body)) for key, observation, employee, day, body in rows}


class _Batch:
    """One batch while it is put together and written."""

    def __init__(self, work: Work, raw: Raw, catalogue: Catalogue, source_id: int) -> None:
        self.work, self.raw, self.catalogue, self.source_id = work, raw, catalogue, source_id
        self.now = micros(work.clock.now())
        if raw.postgresql:
            row = raw.one("select nextval(pg_get_serial_sequence('core_batch', 'id'))")
        else:
            row = raw.one("select coalesce(max(id), 0) + 1 from core_batch")
        assert row is not None
        self.id = int(row[0])
        self.rows: list[tuple[Any, ...]] = []
        self.keys: list[tuple[Any, ...]] = []
        self.new_facets: dict[str, tuple[int, str, dict[str, Any]]] = {}

    def _next_id(self) -> int:
        return (self.id << BATCH_BITS) + len(self.rows)

    def take_back(self, places: Iterable[tuple[int, int, int, bytes]]) -> None:
        """Add the rows that subtract earlier ones."""
        names = ", ".join(OBSERVATION_COLUMNS)
        for observation, employee, day, _ in places:
            old = self.raw.one(f"select {names} from core_observation where employee_id = ? and day = ? and id = ?", (employee, day, observation))
            if old is None or old[_SIGN] != 1:
                raise Conflict(
                    "core.observation_gone",
                    f"the observation {observation} that a key stands for is not there.",
                    "Run `bole verify`: the store was altered.",
                )
            row = list(old)
            row[_ID], row[_SIGN], row[9], row[11] = self._next_id(), -1, self.now, observation
            self.rows.append(tuple(row))
        if any(row[FACET] not in self.catalogue.facet_rows for row in self.rows):
            self.catalogue.refresh_facets(self.raw)

    def put(self, checked: Sequence[Checked], superseded: dict[str, int]) -> None:
        """Add the rows of observations."""
        facets = self._facets(checked)
        for each in checked:
            number = self._next_id()
            self.rows.append(
                (
                    each.employee_id, each.day, number, facets[each.fingerprint], 1, each.quantity, each.amount, each.moment, each.answers_to,
                    self.now, self.source_id, superseded.get(each.external_key), each.currency, each.external_key, each.details,
                )
            )  # fmt: skip  # the order of the columns
            self.keys.append((self.source_id, each.external_key, number, each.employee_id, each.day, each.body))

    def _facets(self, checked: Sequence[Checked]) -> dict[str, int]:
        wanted = {each.fingerprint: each for each in checked}
        if any(fingerprint not in self.catalogue.facets for fingerprint in wanted):
            if self.raw.postgresql:
                # Whoever holds this lock numbers new facets; it is taken before any other.
                self.raw.one("select pg_advisory_xact_lock(1114598515)")
            self.catalogue.refresh_facets(self.raw)
            missing = [fingerprint for fingerprint in wanted if fingerprint not in self.catalogue.facets]
            first = max(self.catalogue.facet_rows, default=0) + 1
            self.new_facets = {
                fingerprint: (number, wanted[fingerprint].kind, wanted[fingerprint].dimensions) for number, fingerprint in enumerate(missing, first)
            }
            self.catalogue = self.catalogue.with_facets(self.new_facets)
        return {fingerprint: self.catalogue.facets[fingerprint] for fingerprint in wanted}

    def _write_facets(self) -> None:
        rows = [(number, self.catalogue.kinds[kind], fingerprint) for fingerprint, (number, kind, _) in self.new_facets.items()]
        if not rows:
            return
        leaf = append(self.raw, "facet", rows)
        self.raw.many(
            "insert into core_facet (id, kind_id, dimensions, fingerprint, leaf) values (?, ?, ?, ?, ?)",
            [(*row[:2], json.dumps(self.new_facets[row[2]][2], ensure_ascii=False, default=str), row[2], leaf) for row in rows],
        )

    def write(self) -> None:
        """Write everything that follows from the batch."""
        raw, connection = self.raw, self.work.session.connection()
        lock_live_periods(raw, company_day(self.work))
        ensure_partitions(connection, {row[DAY] for row in self.rows})
        bulk_insert(connection, ObservationRow.table, OBSERVATION_COLUMNS, self.rows)
        if self.keys:
            upsert(connection, ObservationKey.table, ("source_id", "external_key"), _KEYS, sorted(self.keys))
        add_to_rollups(connection, *changes(self.catalogue, self.rows))
        days: dict[int, set[int]] = {}
        for row in self.rows:
            days.setdefault(row[EMPLOYEE], set()).add(row[DAY])
        touched = {each.aggregate for row in self.rows for each in self.catalogue.contributions(row[FACET])}
        refresh_open_periods(self.work, raw, self.catalogue, days, touched)
        self._announce(days)
        self._write_facets()
        leaf = append(raw, "observation", self.rows)
        raw.run(
            "insert into core_batch (id, source_id, recorded_at, recorded_by, size, leaf) values (?, ?, ?, ?, ?, ?)",
            (self.id, self.source_id, self.now, self.work.actor.name, len(self.rows), leaf),
        )

    def _announce(self, days: dict[int, set[int]]) -> None:
        spanned = [row[DAY] for row in self.rows]
        kinds = sorted({self.catalogue.facet_rows[row[FACET]][0] for row in self.rows})
        news = ObservationsRecorded(self.id, tuple(sorted(days)), min(spanned), max(spanned), tuple(kinds))
        enqueue(
            self.work,
            "bole_observations_recorded",
            {
                "batch_id": news.batch_id,
                "employees": list(news.employees),
                "first_day": news.first_day,
                "last_day": news.last_day,
                "kinds": list(news.kinds),
            },
        )
