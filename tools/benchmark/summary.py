# SPDX-License-Identifier: Apache-2.0
"""Samples of all rounds into one median per tool and metric."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from measure import BARE, DISTINCT_PATHS, Sample


@dataclass(frozen=True)
class Metric:
    title: str
    # Of one sample.
    value: Callable[[Sample], float | None]
    # Of a value, for people.
    text: Callable[[float], str]


def _added(key: str) -> Callable[[Sample], float]:
    return lambda sample: sample[key] - sample[BARE + key]


METRICS = {
    "getppid": Metric("getppid, ns", _added("getppidNs"), lambda v: f"{v:+,.0f}"),
    "bystander": Metric("bystander's getppid, ns", _added("bystanderNs"), lambda v: f"{v:+,.0f}"),
    "open": Metric("open+close, ns", _added("openNs"), lambda v: f"{v:+,.0f}"),
    "write": Metric("terminal write, ns", _added("writeNs"), lambda v: f"{v:+,.0f}"),
    "cycle": Metric(
        "child's life, %",
        lambda s: 100 * (s["cycleNs"] / s[BARE + "cycleNs"] - 1),
        lambda v: f"{v:+.1f} %",
    ),
    "lost": Metric("opens lost", lambda s: 100 * s["lost"] / s["opens"], lambda v: f"{v:.4g} %"),
    "cpu": Metric(
        "CPU s per million opens",
        lambda s: 1e6 * s["cpuSeconds"] / s["opens"],
        lambda v: f"{v:.2f}",
    ),
    "rss": Metric("peak RSS, MB", lambda s: s["peakRssBytes"] / 1e6, lambda v: f"{v:.1f}"),
    "paths": Metric(
        f"peak RSS at {DISTINCT_PATHS:,} paths, MB",
        lambda s: s["distinctRssBytes"] / 1e6 if "distinctRssBytes" in s else None,
        lambda v: f"{v:.1f}",
    ),
    "start": Metric(
        "first event, ms",
        lambda s: 1000 * s["firstEventSeconds"] if "firstEventSeconds" in s else None,
        lambda v: f"{v:,.0f}",
    ),
}


@dataclass
class Results:
    """What the rounds gave: a sample of each tool in each, or why there is none."""

    rounds: list[dict[str, Sample]]
    failures: dict[str, str]

    def measured(self, tool: str) -> bool:
        return any(tool in samples for samples in self.rounds)

    def values(self, tool: str, metric: str) -> list[float]:
        found = [METRICS[metric].value(samples[tool]) for samples in self.rounds if tool in samples]
        return [value for value in found if value is not None]

    def times(self, tool: str, key: str) -> list[float]:
        """As they were, the workload's own part included."""
        return [samples[tool][key] for samples in self.rounds if tool in samples]

    def median(self, tool: str, metric: str) -> float | None:
        values = self.values(tool, metric)
        return median(values) if values else None

    def bare(self, key: str) -> float | None:
        """The median of the workload alone, before any of the tools."""
        values = [sample[BARE + key] for samples in self.rounds for sample in samples.values()]
        return median(values) if values else None

    def ratio(self, tool: str, other: str, metric: str) -> float | None:
        """Between two medians; None where one of them is missing or not above 0."""
        mine, theirs = self.median(tool, metric), self.median(other, metric)
        if mine is None or theirs is None or mine <= 0 or theirs <= 0:
            return None
        return mine / theirs
