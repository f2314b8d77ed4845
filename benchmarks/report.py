"""Results → tables for a terminal and for Markdown, and a JSON document; returns strings."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.figures import Spread, ratios, spread
from benchmarks.measure import Measured
from benchmarks.scenarios import Result


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must be known of a run to compare it with another."""

    when: str
    machine: str
    repository: str
    """What was linted, in words."""
    rounds: int
    versions: Mapping[str, str]
    """By tool."""
    notes: tuple[str, ...]


_NOTHING = "-"


def text(conditions: Conditions, results: Sequence[Result]) -> str:
    """For a terminal: columns are aligned."""
    parts = [f"{line}\n" for line in _about(conditions)]
    for result in results:
        rows = list(_rows(result))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        parts.append(f"\n{result.title} ({result.scenario})\n\n")
        for row in rows:
            cells = [row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))]
            parts.append("  " + "  ".join(cells).rstrip() + "\n")
        parts += [f"  {note}\n" for note in result.notes]
    return "".join(parts)


def markdown(conditions: Conditions, results: Sequence[Result]) -> str:
    parts = ["".join(f"- {line}\n" for line in _about(conditions))]
    for result in results:
        head, *rows = _rows(result)
        table = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
        lines = "".join(f"| {' | '.join(row)} |\n" for row in table)
        notes = "".join(f"\n{note[0].upper()}{note[1:]}.\n" for note in result.notes)
        parts.append(f"\n**{result.title}** (`{result.scenario}`)\n\n{lines}{notes}")
    return "".join(parts)


def document(conditions: Conditions, results: Sequence[Result]) -> str:
    """JSON with each single measurement: seconds, and bytes."""
    content = {
        "version": 1,
        "conditions": dataclasses.asdict(conditions),
        "results": [dataclasses.asdict(result) for result in results],
    }
    return json.dumps(content, indent=2) + "\n"


def replaced(page: str, name: str, part: str) -> str:
    """A page with another text between ``<!-- NAME: begin -->`` and ``<!-- NAME: end -->``. Raises ValueError."""
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->\n"
    if page.count(begin) != 1 or page.count(end) != 1 or page.index(end) < page.index(begin):
        raise ValueError(f"there must be one line {begin.strip()} and, below it, one line {end.strip()}")
    before, _, rest = page.partition(begin)
    return before + begin + part + end + rest.partition(end)[2]


def costs_of_more(before: Result, after: Result, units: float, unit: str) -> Iterator[str]:
    """Sentences on what each of so many further units has cost each tool: seconds and memory of the medians."""
    for name in (one for one in after.samples if one in before.samples):
        small, large = (each.samples[name] for each in (before, after))
        seconds = (median(one.seconds for one in large) - median(one.seconds for one in small)) / units
        size = (max(one.memory or 0 for one in large) - max(one.memory or 0 for one in small)) / units
        yield f"{name}: each further {unit} takes {seconds * 1e3:,.2f} ms and {size / 1e3:,.1f} kB"


def _about(conditions: Conditions) -> Iterator[str]:
    yield f"{conditions.when}, {conditions.machine}"
    yield conditions.repository
    yield ", ".join(f"{name} {version}" for name, version in conditions.versions.items())
    rounds = "1 round" if conditions.rounds == 1 else f"{conditions.rounds} rounds"
    yield f"{rounds}, each tool in turn; median (least to most)"
    yield from conditions.notes


def _rows(result: Result) -> Iterator[list[str]]:
    """The head of a table, and a row for each tool."""
    yield ["tool", "files", "wall, s", "processor, s", f"ratio to {result.baseline}", "peak memory, MB"]
    baseline = result.samples.get(result.baseline)
    for name, samples in result.samples.items():
        seconds = [sample.seconds for sample in samples]
        ratio = _NOTHING
        if baseline and name != result.baseline:
            ratio = _shown(ratios(seconds, [sample.seconds for sample in baseline]))
        yield [
            name,
            f"{result.files[name]:,}",
            _shown(spread(seconds)),
            _processor(samples),
            ratio,
            _memory(samples),
        ]


def _processor(samples: Sequence[Measured]) -> str:
    known = [sample.processor for sample in samples if sample.processor is not None]
    return _shown(spread(known)) if known else _NOTHING


def _memory(samples: Sequence[Measured]) -> str:
    """The highest of all rounds: what must be there so that none fails."""
    known = [sample.memory for sample in samples if sample.memory is not None]
    return f"{max(known) / 1e6:,.0f}" if known else _NOTHING


def _shown(figures: Spread) -> str:
    return f"{_digits(figures.middle)} ({_digits(figures.least)} to {_digits(figures.most)})"


def _digits(value: float) -> str:
    """Three digits that count, and no more decimals than two."""
    return f"{value:,.{0 if value >= 100 else 1 if value >= 10 else 2}f}"
