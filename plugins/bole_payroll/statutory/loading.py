"""Reading the parameter files, and the figures in force on a day."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from marshmallow import ValidationError

from bole import FOREVER, DateInterval, Label, NotFound, Problem, refuse_if_any
from bole_payroll.statutory.blocks import city_blocks, country_blocks
from bole_payroll.statutory.parameters import SCHEMES, City, Dated, Parameters
from bole_payroll.statutory.problems import problems_of
from bole_payroll.statutory.schema import CitySchema, CountrySchema

COUNTRY = "cn.toml"
_B = TypeVar("_B", bound=Dated)


@dataclass(frozen=True, slots=True)
class Statute:
    """
    All figures known, past and present.

    Args:
        country: blocks by topic, rising by day.
        cities: blocks by city and topic (``bounds.pension``, ``rates.pension``, ``bounds.housing_fund``, ``housing_fund``).
        labels: names of the cities.
    """

    country: Mapping[str, tuple[Dated, ...]]
    cities: Mapping[str, Mapping[str, tuple[Dated, ...]]]
    labels: Mapping[str, Label]

    def on(self, day: date) -> Parameters:
        """
        Return the figures in force on a day.

        Raises:
            NotFound: a national topic has no figures in force; all such topics are named with their last known window.
        """
        found = {topic: in_force(blocks, day) for topic, blocks in self.country.items()}
        missing = [topic for topic, block in found.items() if block is None and topic != "annual_bonus"]
        if missing:
            what = _named(missing, self.country)
            raise NotFound(
                "payroll.no_figures", f"no figures are in force on {day} for {what}.", "Enter them in a newer parameter file, or choose another day."
            )
        bonus_windows = ", ".join(words(block.valid) for block in self.country["annual_bonus"])
        cities = {code: self._city(code, day) for code in sorted(self.cities)}
        return Parameters(
            day=day,
            **{_FIELD.get(topic, topic): block for topic, block in found.items()},  # type: ignore[arg-type]  # topics are checked by the schema
            cities={code: city for code, city in cities.items() if isinstance(city, City)},
            lapsed={code: city for code, city in cities.items() if isinstance(city, str)},
            bonus_windows=bonus_windows,
        )

    def _city(self, code: str, day: date) -> City | str:
        """Return a city's figures, or in words what is missing of them."""
        topics = self.cities[code]
        found = {topic: in_force(blocks, day) for topic, blocks in topics.items()}
        missing = [topic for topic, block in found.items() if block is None]
        if missing:
            return f"no figures are in force on {day} for {_named(missing, topics)}"
        chosen: dict[str, Any] = found
        return City(
            code=code,
            label=self.labels[code],
            bounds={scheme: chosen[f"bounds.{scheme}"] for scheme in SCHEMES},
            rates={scheme: chosen[f"rates.{scheme}"] for scheme in SCHEMES},
            fund_bounds=chosen["bounds.housing_fund"],
            fund=chosen["housing_fund"],
        )


_FIELD = {"annual_brackets": "annual", "monthly_brackets": "monthly", "standard_deduction": "deduction", "annual_bonus": "bonus"}


def in_force(blocks: Iterable[_B], day: date) -> _B | None:
    """Return the block in force on a day, or nothing."""
    return next((block for block in blocks if day in block.valid), None)


def words(window: DateInterval) -> str:
    """Return a window as people say it, its last day included."""
    return f"from {window.start}" if window.end == FOREVER else f"{window.start} to {window.end - timedelta(days=1)}"


def _named(missing: list[str], topics: Mapping[str, tuple[Dated, ...]]) -> str:
    """Return the topics without figures in words, those that share their last known window together."""
    windows: dict[str, list[str]] = {}
    for topic in missing:
        windows.setdefault(words(topics[topic][-1].valid) if topics[topic] else "none", []).append(topic)
    return "; ".join(f"{', '.join(together)} (last known window: {window})" for window, together in windows.items())


def load_statute(*own: Path) -> Statute:
    """
    Return the figures that come with the plugin, and a deployment's own.

    Args:
        own: further city files; one for a city that the plugin knows replaces it.

    Raises:
        ProblemsFound: files are no TOML or contradict the schema; every problem of every file, with key path, value and next step.
    """
    folder = resources.files("bole_payroll") / "parameters"
    shipped = sorted((entry.name, entry.read_text("utf-8")) for entry in folder.iterdir() if entry.name.endswith(".toml"))
    texts = [*shipped, *((path.name, path.read_text("utf-8")) for path in own)]
    return read_statute(texts)


def read_statute(texts: Iterable[tuple[str, str]]) -> Statute:
    """
    Return the figures in the texts of parameter files, each with the name to report; ``cn.toml`` is the country's.

    Raises:
        ProblemsFound: as `load_statute`.
    """
    problems: list[Problem] = []
    country: dict[str, tuple[Dated, ...]] = {}
    cities: dict[str, Mapping[str, tuple[Dated, ...]]] = {}
    labels: dict[str, Label] = {}
    for name, text in texts:
        given = _checked(name, text, problems)
        if given is None:
            continue
        if name == COUNTRY:
            country = country_blocks(given)
            problems += _overlaps(name, country)
        else:
            cities[given["city"]] = city_blocks(given)
            labels[given["city"]] = Label(**given["label"])
            problems += _overlaps(name, cities[given["city"]])
    if not country and not problems:
        problems.append(Problem(COUNTRY, 0, "", "", "is missing.", "Give the country's file first."))
    refuse_if_any(
        problems, code="payroll.bad_parameters", message="the statutory parameters are refused.", hint="Mend what is listed; nothing was loaded."
    )
    return Statute(country, cities, labels)


def _checked(name: str, text: str, problems: list[Problem]) -> dict[str, Any] | None:
    """Return what a file gives, or nothing after adding its problems to the list."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problems.append(Problem(name, 0, "", "", f"is not TOML: {error}.", "Mend the line named."))
        return None
    try:
        given: dict[str, Any] = (CountrySchema() if name == COUNTRY else CitySchema()).load(raw)
    except ValidationError as error:
        problems += problems_of(error.messages, raw, name)
        return None
    return given


def _overlaps(name: str, topics: Mapping[str, tuple[Dated, ...]]) -> list[Problem]:
    """Return a problem for each block that begins before the one before it has ended."""
    return [
        Problem(
            name,
            0,
            topic,
            str(later.valid.start),
            f"begins while the block {words(earlier.valid)} is in force.",
            "End the earlier block with valid_to.",
        )
        for topic, blocks in topics.items()
        for earlier, later in pairwise(blocks)
        if later.valid.start < earlier.valid.end
    ]


def parameters_on(day: date, *own: Path) -> Parameters:
    """
    Return the figures in force on a day, read from the files anew; a service that needs several days keeps the `Statute`.

    Raises:
        NotFound: no figures are in force on the day.
        ProblemsFound: as `load_statute`.
    """
    return load_statute(*own).on(day)
