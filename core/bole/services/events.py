"""Single observations as a frame, corrections applied: what incentive rules over events read."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from bole.db import Raw
from bole.engine.catalogue import Catalogue

_COLUMNS = {
    "employee_id": pl.Int64,
    "external_key": pl.String,
    "facet_id": pl.Int64,
    "amount": pl.Int64,
    "quantity": pl.Int64,
    "moment": pl.Int64,
}


def observations_between(
    raw: Raw, catalogue: Catalogue, kinds: Sequence[str], first: int, end: int, *, employees: Sequence[int] | None = None
) -> pl.DataFrame:
    """
    Return the observations that stand, one row each.

    Args:
        kinds: codes of observation kinds.
        first, end: day numbers, half-open.
        employees: ids; everybody where not given.

    Returns:
        ``employee_id, external_key, kind, amount`` (minor units), ``quantity`` (ten-thousandths), ``moment``
        (microseconds UTC) and a column for each dimension of the kinds.
    """
    chosen = {number: row for number, row in catalogue.facet_rows.items() if row[0] in kinds}
    codes = {
        attribute.code
        for kind in kinds
        if kind in catalogue.registry.observation_kinds
        for attribute in catalogue.registry.observation_kinds[kind].attributes
        if attribute.dimension
    }
    rows: list[tuple[object, ...]] = []
    if chosen:
        among = "" if employees is None else f" and employee_id in ({', '.join(map(str, employees))})"
        # Both rows of a pair that was taken back share everything but the sign, so they vanish together.
        rows = raw.all(
            "select employee_id, external_key, facet_id, amount, quantity, moment from core_observation "
            f"where day >= {int(first)} and day < {int(end)} and facet_id in ({', '.join(map(str, sorted(chosen)))}){among} "
            "group by employee_id, external_key, source_id, facet_id, amount, quantity, moment having sum(sign) > 0 "
            "order by employee_id, moment, external_key"
        )
    facets = pl.DataFrame(
        {
            "facet_id": list(chosen),
            "kind": [kind for kind, _ in chosen.values()],
            **{code: [dimensions.get(code) for _, dimensions in chosen.values()] for code in sorted(codes)},
        },
        schema_overrides={"facet_id": pl.Int64, "kind": pl.String},
    )
    return pl.DataFrame(rows, schema=_COLUMNS, orient="row").join(facets, on="facet_id", how="left").drop("facet_id")
