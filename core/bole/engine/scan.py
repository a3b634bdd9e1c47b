"""One scan for all indicators of all plugins: over the observations, or over their rollups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bole.contracts.indicator import Measure, Of
from bole.db import Raw
from bole.engine.catalogue import MICROS, Catalogue

if TYPE_CHECKING:
    import polars as pl


def _among(column: str, numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"{column} = {int(numbers[0])}"
    return f"{column} in ({', '.join(str(int(number)) for number in numbers)})" if numbers else "1 = 0"


_TERM = {Of.COUNT: "sign", Of.QUANTITY: "sign * quantity", Of.AMOUNT: "sign * amount", Of.WITHIN: "sign"}


def measure_sql(catalogue: Catalogue, measure: Measure) -> str:
    """Return the SQL of one sum over the observations."""
    condition = _among("facet_id", catalogue.matching(measure))
    if measure.within is not None:
        condition += f" and moment - answers_to <= {int(measure.within.total_seconds()) * MICROS}"
    # PostgreSQL adds up bigints as numeric, which the driver would hand over as Decimals.
    return f"cast(coalesce(sum({_TERM[measure.of]}) filter (where {condition}), 0) as bigint)"


def _range(first: int, end: int, employees: Sequence[int] | None, known_at: int | None) -> str:
    clauses = [f"day >= {int(first)}", f"day < {int(end)}"]
    if employees is not None:
        clauses.append(_among("employee_id", employees))
    if known_at is not None:
        clauses.append(f"recorded_at <= {int(known_at)}")
    return " and ".join(clauses)


def scan_sql(
    catalogue: Catalogue,
    measures: Sequence[Measure],
    first: int,
    end: int,
    *,
    employees: Sequence[int] | None = None,
    known_at: int | None = None,
    by_day: bool = False,
) -> str:
    """
    Return the fused query over the observations.

    One row an employee (and day): ``employee_id[, day], m0, m1 …`` in the order of `measures`.

    Args:
        first, end: day numbers, half-open.
        known_at: microseconds; leaves out what was recorded later.
    """
    group = "employee_id, day" if by_day else "employee_id"
    sums = ", ".join(f"{measure_sql(catalogue, measure)} as m{place}" for place, measure in enumerate(measures))
    return f"select {group}{', ' + sums if sums else ''} from core_observation where {_range(first, end, employees, known_at)} group by {group}"


def rollup_sql(catalogue: Catalogue, measures: Sequence[Measure], first: int, end: int, *, employees: Sequence[int] | None = None) -> str:
    """Return the query over the rollups, of the same shape as `scan_sql`."""
    sums = ", ".join(
        f"cast(coalesce(sum(value) filter (where aggregate_id = {catalogue.aggregates[measure]}), 0) as bigint) as m{place}"
        for place, measure in enumerate(measures)
    )
    ids = [catalogue.aggregates[measure] for measure in measures]
    where = f"{_range(first, end, employees, None)} and {_among('aggregate_id', ids)}"
    return f"select employee_id{', ' + sums if sums else ''} from core_rollup where {where} group by employee_id"


def last_sql(
    catalogue: Catalogue, measure: Measure, first: int, end: int, *, employees: Sequence[int] | None = None, known_at: int | None = None
) -> str:
    """Return the query of the latest quantity that was not taken back: ``employee_id, quantity``."""
    where = f"{_range(first, end, employees, known_at)} and {_among('facet_id', catalogue.matching(measure))}"
    return (
        "select employee_id, quantity from (select employee_id, quantity, row_number() over (partition by employee_id order by moment "
        "desc, newest desc) as place "
        f"from (select employee_id, external_key, source_id, moment, quantity, max(id) as newest from core_observation where {where} "
        "group by employee_id, external_key, source_id, moment, quantity having sum(sign) > 0) as standing) as ranked where place = 1"
    )


def frame(rows: Sequence[Sequence[Any]], names: Sequence[str]) -> pl.DataFrame:
    """Return integer rows as a frame of Int64 columns; empty rows give an empty frame with the same columns."""
    # Polars costs 70 ms to import; whoever only records or reads never needs it.
    import polars as pl

    return pl.DataFrame(list(rows), schema=dict.fromkeys(names, pl.Int64), orient="row")


def read_measures(
    raw: Raw,
    catalogue: Catalogue,
    measures: Sequence[Measure],
    first: int,
    end: int,
    *,
    employees: Sequence[int] | None = None,
    known_at: int | None = None,
    from_rollups: bool = True,
) -> pl.DataFrame:
    """
    Return every measure of every employee who has any: ``employee_id, m0, m1 …``.

    Args:
        measures: what is wanted, `Of.DISTINCT` and `Of.LAST` included.
        first, end: day numbers, half-open.
        employees: ids; everybody where not given.
        known_at: microseconds; only from the observations, as rollups know the present only.
        from_rollups: read the daily sums (default) or the observations themselves.
    """
    import polars as pl  # as in `frame`

    sums = [measure for measure in measures if measure.of not in (Of.DISTINCT, Of.LAST)]
    if from_rollups and known_at is None:
        statement = rollup_sql(catalogue, sums, first, end, employees=employees)
    else:
        statement = scan_sql(catalogue, sums, first, end, employees=employees, known_at=known_at)
    found = frame(raw.all(statement), ["employee_id", *(f"m{measures.index(measure)}" for measure in sums)])
    for place, measure in enumerate(measures):
        if measure.of is Of.LAST:
            rows = raw.all(last_sql(catalogue, measure, first, end, employees=employees, known_at=known_at))
        elif measure.of is Of.DISTINCT:
            rows = raw.all(
                distinct_sql(
                    catalogue, measure, first, end, employees=employees, known_at=known_at, from_rollups=from_rollups, postgresql=raw.postgresql
                )
            )
        else:
            continue
        found = found.join(frame(rows, ["employee_id", f"m{place}"]), on="employee_id", how="full", coalesce=True)
    return found.select("employee_id", *(pl.col(f"m{place}") for place in range(len(measures))))


def distinct_sql(
    catalogue: Catalogue,
    measure: Measure,
    first: int,
    end: int,
    *,
    employees: Sequence[int] | None,
    known_at: int | None,
    from_rollups: bool,
    postgresql: bool,
) -> str:
    """Return the query of how many different keys an employee met: ``employee_id, count``."""
    if from_rollups and known_at is None:
        inner = (
            f"select employee_id from core_rollup_key where {_range(first, end, employees, None)} "
            f"and aggregate_id = {catalogue.aggregates[measure]} group by employee_id, key having sum(value) > 0"
        )
    else:
        value = f"(details::jsonb ->> '{measure.key}')" if postgresql else f"json_extract(details, '$.\"{measure.key}\"')"
        where = f"{_range(first, end, employees, known_at)} and {_among('facet_id', catalogue.matching(measure))} and {value} is not null"
        inner = f"select employee_id from core_observation where {where} group by employee_id, {value} having sum(sign) > 0"
    return f"select employee_id, count(*) from ({inner}) as met group by employee_id"
