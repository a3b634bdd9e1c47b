"""What the benchmarks share: contenders in turn, ratios round by round, one table, one JSON line."""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, text

POSTGRESQL = os.environ.get("BOLE_TEST_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")


@dataclass(slots=True)
class Report:
    """Collects ratios of one benchmark and prints them."""

    name: str
    ratios: dict[str, dict[str, object]] = field(default_factory=dict)

    def add(self, case: str, seconds: Mapping[str, list[float]], *, contender: str, baseline: str, goal: float, at_least: bool = False) -> None:
        """Record the median of the round-by-round ratios of two contenders."""
        ratio = statistics.median(ours / theirs for ours, theirs in zip(seconds[contender], seconds[baseline], strict=True))
        self.set(
            case,
            ratio,
            goal,
            at_least=at_least,
            note=f"{statistics.median(seconds[contender]) * 1e3:.2f} ms against {statistics.median(seconds[baseline]) * 1e3:.2f} ms",
        )

    def set(self, case: str, ratio: float, goal: float, *, at_least: bool = False, note: str = "") -> None:
        """Record a ratio."""
        self.ratios[case] = {"ratio": round(ratio, 4), "goal": goal, "at_least": at_least}
        met = ratio >= goal if at_least else ratio <= goal
        print(f"  {case:<48} {ratio:9.3f}   goal {'≥' if at_least else '≤'} {goal:<7g} {'met' if met else 'MISSED':<7} {note}", flush=True)

    def finish(self) -> None:
        """Print the JSON line that ends every benchmark."""
        print(json.dumps({"name": self.name, "ratios": self.ratios}, ensure_ascii=False))


def interleave(contenders: Mapping[str, Callable[[], object]], rounds: int, *, repeat: int = 1) -> dict[str, list[float]]:
    """
    Return seconds per call of each contender, round by round; the contenders take turns, after one warm-up.

    Args:
        repeat: calls a round.
    """
    for contender in contenders.values():
        contender()
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, contender in contenders.items():
            gc.collect()
            gc.disable()
            start = time.perf_counter()
            for _ in range(repeat):
                contender()
            seconds[name].append((time.perf_counter() - start) / repeat)
            gc.enable()
    return seconds


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """Lend the addresses of a fresh SQLite file and a fresh PostgreSQL database (left out, and said, where none answers)."""
    name = f"bole_bench_{uuid.uuid4().hex[:10]}"
    with TemporaryDirectory(prefix="bole-bench-") as folder:
        found = {"sqlite": f"sqlite:///{Path(folder) / 'bench.db'}"}
        engine = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
        try:
            with engine.connect() as connection:
                connection.execute(text(f"create database {name}"))
            found["postgresql"] = POSTGRESQL.rsplit("/", 1)[0] + "/" + name
        except Exception as error:  # noqa: BLE001  # whatever keeps the server away, the SQLite half still runs, and says so
            print(f"  PostgreSQL left out: {str(error).splitlines()[0]}")
        try:
            yield found
        finally:
            if "postgresql" in found:
                with engine.connect() as connection:
                    connection.execute(text(f"drop database {name} with (force)"))
            engine.dispose()


def arguments(description: str | None) -> argparse.Namespace:
    """Return the options that every benchmark takes."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--small", action="store_true", help="a tenth of the data, for a quick look")
    return parser.parse_args()
