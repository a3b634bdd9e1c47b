"""The catalogue of a database: declarations written into tables, and their ids remembered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Engine

from bole.access import Work
from bole.contracts.indicator import Measure, Of
from bole.db import Raw, unit_of_work
from bole.engine.catalogue import Catalogue, measures_of
from bole.engine.formulas import in_order
from bole.engine.scan import scan_sql
from bole.services.rollups import key_number

_KEY = "catalogue"


@dataclass(frozen=True, slots=True)
class Synchronised:
    """What synchronising added: kinds, indicators, and rollups built from the observations already there."""

    kinds: int
    indicators: int
    rollups: int


def catalogue_of(work: Work) -> Catalogue:
    """Return the catalogue of the session's database, loaded once and kept by the host, with every facet there is."""
    catalogue = _kept(work)
    catalogue.refresh_facets(Raw(work.session))
    return catalogue


def _kept(work: Work) -> Catalogue:
    engine = cast(Engine, work.session.get_bind())
    memory = work.host.memory.setdefault(engine, {})
    catalogue = memory.get(_KEY)
    if catalogue is None:
        catalogue = memory[_KEY] = Catalogue.load(Raw(work.session), work.host.registry)
    return cast(Catalogue, catalogue)


@contextmanager
def remembering(work: Work) -> Iterator[Catalogue]:
    """
    Lend the catalogue to a transaction; what it learned is forgotten when the transaction fails.

    Facets that another process added may be missing; who meets an unknown one refreshes it.
    """
    try:
        yield _kept(work)
    except BaseException:
        work.host.memory.pop(cast(Engine, work.session.get_bind()), None)
        raise


def synchronise(work: Work) -> Synchronised:
    """
    Write the declarations of all plugins into the tables, and build the rollups that new indicators need.

    Part of set-up and of every upgrade, on the system's behalf; changes nothing the second time.

    Raises:
        BoleError: a formula of an indicator is wrong, or formulas use each other in a circle; nothing was written.
    """
    registry = work.host.registry
    in_order(registry.indicators, registry.functions)
    with unit_of_work(work.session), remembering(work) as catalogue:
        raw = Raw(work.session)
        kinds = _synchronise_kinds(raw, work, catalogue)
        indicators = _synchronise_indicators(raw, work, catalogue)
        missing = [measure for measure in measures_of(registry) if measure not in catalogue.aggregates]
        for measure in missing:
            raw.run("insert into core_aggregate (fingerprint) values (?) on conflict (fingerprint) do nothing", (measure.fingerprint,))
        work.host.memory.pop(cast(Engine, work.session.get_bind()), None)
        rollups = rebuild_rollups(work, missing) if missing else 0
    return Synchronised(kinds, indicators, rollups)


def _synchronise_kinds(raw: Raw, work: Work, catalogue: Catalogue) -> int:
    registry = work.host.registry
    new = [code for code in registry.observation_kinds if code not in catalogue.kinds]
    for code, kind in registry.observation_kinds.items():
        raw.run(
            "insert into core_observation_kind (code, owner, label_zh, label_en) values (?, ?, ?, ?) "
            "on conflict (code) do update set label_zh = excluded.label_zh, label_en = excluded.label_en, owner = excluded.owner",
            (code, registry.owner("observation_kinds", code), kind.label.zh, kind.label.en),
        )
    return len(new)


def _synchronise_indicators(raw: Raw, work: Work, catalogue: Catalogue) -> int:
    registry = work.host.registry
    new = [code for code in registry.indicators if code not in catalogue.indicators]
    columns = ("code", "owner", "kind", "unit", "direction", "label_zh", "label_en", "source_zh", "source_en", "formula")
    changes = ", ".join(f"{column} = excluded.{column}" for column in columns[1:])
    statement = (
        f"insert into core_indicator ({', '.join(columns)}) values ({', '.join('?' * len(columns))}) on conflict (code) do update set {changes}"
    )
    for code, each in registry.indicators.items():
        owner = registry.owner("indicators", code)
        raw.run(
            statement,
            (
                code,
                owner,
                each.kind.value,
                each.unit.value,
                each.direction.value,
                each.label.zh,
                each.label.en,
                each.source.zh,
                each.source.en,
                each.formula,
            ),
        )
    return len(new)


def rebuild_rollups(work: Work, measures: Sequence[Measure] | None = None) -> int:
    """
    Write rollups anew from the observations and return how many rows that made.

    Args:
        measures: which; all that any indicator needs where not given.
    """
    with unit_of_work(work.session), remembering(work) as catalogue:
        raw = Raw(work.session)
        catalogue.refresh_facets(raw)
        wanted = [measure for measure in (catalogue.aggregates if measures is None else measures) if measure.of is not Of.LAST]
        first, end = _span(raw)
        if first >= end or not wanted:
            return 0
        ids = ", ".join(str(catalogue.aggregates[measure]) for measure in wanted)
        raw.run(f"delete from core_rollup where aggregate_id in ({ids})")
        raw.run(f"delete from core_rollup_key where aggregate_id in ({ids})")
        before = _rows(raw)
        sums = [measure for measure in wanted if measure.of is not Of.DISTINCT]
        if sums:
            _rebuild_sums(raw, catalogue, sums, first, end)
        for measure in wanted:
            if measure.of is Of.DISTINCT:
                rebuild_keys(raw, catalogue, measure)
        return _rows(raw) - before


def _span(raw: Raw) -> tuple[int, int]:
    row = raw.one("select min(day), max(day) from core_observation")
    return (0, 0) if row is None or row[0] is None else (int(row[0]), int(row[1]) + 1)


def _rows(raw: Raw) -> int:
    found = raw.one("select (select count(*) from core_rollup) + (select count(*) from core_rollup_key)")
    return int(found[0]) if found else 0


def _rebuild_sums(raw: Raw, catalogue: Catalogue, sums: Sequence[Measure], first: int, end: int) -> None:
    # One scan makes all sums; the second step turns its wide rows into one row per aggregate.
    raw.run("drop table if exists bole_rebuild")
    raw.run(f"create temporary table bole_rebuild as {scan_sql(catalogue, sums, first, end, by_day=True)}")
    for place, measure in enumerate(sums):
        raw.run(
            "insert into core_rollup (employee_id, day, aggregate_id, value) "
            f"select employee_id, day, {catalogue.aggregates[measure]}, m{place} from bole_rebuild where m{place} <> 0"
        )
    raw.run("drop table bole_rebuild")


def rebuild_keys(raw: Raw, catalogue: Catalogue, measure: Measure) -> None:
    """Write one distinct aggregate's key table anew from the observations."""
    facets = ", ".join(map(str, catalogue.matching(measure)))
    if not facets:
        return
    value = f"(details::jsonb ->> '{measure.key}')" if raw.postgresql else f"json_extract(details, '$.\"{measure.key}\"')"
    rows = raw.all(
        f"select employee_id, day, {value}, sum(sign) from core_observation where facet_id in ({facets}) and {value} is not null "
        f"group by employee_id, day, {value} having sum(sign) <> 0"
    )
    raw.many(
        "insert into core_rollup_key (employee_id, day, aggregate_id, key, value) values (?, ?, ?, ?, ?)",
        [(employee, day, catalogue.aggregates[measure], key_number(str(key)), int(value)) for employee, day, key, value in rows],
    )
