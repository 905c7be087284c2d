"""How a benchmark is written: a generator that yields one figure a turn, made known by ``@benchmark``.

Each figure is a ratio of two things measured in the same turn on the same machine, so that the table reads the same on
a fast computer and a slow one. What comes before the first ``yield`` is preparation and not measured. Everything a
benchmark writes is rolled back when it ends, unless it says ``keeps_own_rows`` because other processes must see the
rows; such benchmarks run last.
"""

from __future__ import annotations

import gc
import itertools
import statistics
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

Figures = Generator[float, None, None]
TIMES = 5


@dataclass(frozen=True)
class Benchmark:
    """``ratio`` must be at most ``limit``, or at least with ``at_least``. ``unit`` is for the printed table only."""

    name: str
    limit: float
    figures: Callable[[], Figures]
    at_least: bool = False
    unit: str = "×"
    times: int = TIMES
    keeps_own_rows: bool = False


_benchmarks: list[Benchmark] = []


def benchmark(
    name: str, limit: float, *, at_least: bool = False, unit: str = "×", times: int = TIMES, keeps_own_rows: bool = False
) -> Callable[[Callable[[], Figures]], Callable[[], Figures]]:
    """Registers a generator of figures. ``times`` below five is for counts, which do not vary."""

    def register(figures: Callable[[], Figures]) -> Callable[[], Figures]:
        _benchmarks.append(Benchmark(name, limit, figures, at_least, unit, times, keeps_own_rows))
        return figures

    return register


def registered() -> list[Benchmark]:
    return sorted(_benchmarks, key=lambda job: job.keeps_own_rows)


def run(job: Benchmark) -> float:
    """The median of the benchmark's figures."""
    if job.keeps_own_rows:
        return _median(job)
    with transaction.atomic():
        ratio = _median(job)
        transaction.set_rollback(True)
    return ratio


def _median(job: Benchmark) -> float:
    figures = job.figures()
    try:
        return statistics.median(itertools.islice(figures, job.times))
    finally:
        figures.close()


def clock() -> float:
    """Seconds of this process's own work where the database is part of it, so that a busy machine does not count; else by the wall."""
    return time.process_time() if connection.vendor == "sqlite" else time.perf_counter()


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes, without the garbage of the one before."""
    gc.collect()
    start = clock()
    work()
    return clock() - start


def repeated(work: Callable[[], object], times: int) -> list[float]:
    """How long short calls in a row take, as a busy server makes them: nothing is cleaned up in between."""
    gc.collect()
    taken = []
    for _ in range(times):
        start = clock()
        work()
        taken.append(clock() - start)
    return taken


@contextmanager
def undone() -> Generator[None, None, None]:
    """Whatever is written inside is taken back, so that the next turn starts from the same rows."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
