"""Results of several sizes → an SVG with time and memory against the number of files, for light and dark pages."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from statistics import median
from typing import Final

from benchmarks.measure import Measured
from benchmarks.scenarios import Result

_WIDTH: Final = 720
_HEIGHT: Final = 300
_LEFT: Final = 56
_PANEL: Final = 250
_TOP: Final = 56
_BOTTOM: Final = 250
_NUMBER: Final = 48
"""The width of a number below an axis."""

_STYLE: Final = """\
<style>
  text { font: 12px system-ui, sans-serif; fill: #444c56; }
  .title { font-weight: 600; fill: #1c2128; }
  .grid { stroke: #d0d7de; stroke-width: 1; }
  .line { fill: none; stroke-width: 2.5; stroke-linejoin: round; }
  .tool0 { stroke: #8250df; } .dot0 { fill: #8250df; }
  .tool1 { stroke: #bc6c00; } .dot1 { fill: #bc6c00; }
  @media (prefers-color-scheme: dark) {
    text { fill: #adbac7; } .title { fill: #f0f3f6; } .grid { stroke: #444c56; }
    .tool0 { stroke: #b083f0; } .dot0 { fill: #b083f0; }
    .tool1 { stroke: #e0a030; } .dot1 { fill: #e0a030; }
  }
</style>
"""

_PANELS: Final[tuple[tuple[str, Callable[[Measured], float]], ...]] = (
    ("wall time, s", lambda sample: sample.seconds),
    ("peak memory, MB", lambda sample: (sample.memory or 0) / 1e6),
)


def svg(results: Sequence[Result]) -> str:
    """Each result is one size. Raises ValueError when there are fewer than two."""
    if len(results) < 2:
        raise ValueError("a plot needs the scenario `size` with two sizes at least")
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">\n'
    title = "<title>Time and memory of a cold run, by the number of files</title>\n"
    panels = (
        line
        for number, (name, figure) in enumerate(_PANELS)
        for line in _panel(_LEFT + number * (_PANEL + 96), name, figure, results)
    )
    return head + title + _STYLE + "".join(f"{line}\n" for line in panels) + "</svg>\n"


def ceiling(value: float) -> float:
    """The next of 1, 2 and 5, times a power of ten: where an axis may end."""
    power = 10.0 ** math.floor(math.log10(value)) if value > 0 else 1.0
    return next(step * power for step in (1, 2, 5, 10) if value <= step * power)


def _panel(
    left: int, name: str, figure: Callable[[Measured], float], results: Sequence[Result]
) -> Iterator[str]:
    lines = {
        tool: [(result.files[tool], median(map(figure, result.samples[tool]))) for result in results]
        for tool in results[0].samples
        if all(tool in result.samples for result in results)
    }
    points = [point for line in lines.values() for point in line]
    most_files = max(files for files, _ in points)
    most = ceiling(max(value for _, value in points))

    def place(files: float, value: float) -> tuple[float, float]:
        return left + files / most_files * _PANEL, _BOTTOM - value / most * (_BOTTOM - _TOP)

    yield f'<text class="title" x="{left}" y="24">{name}</text>'
    for quarter in range(5):
        _, y = place(0, most * quarter / 4)
        yield f'<line class="grid" x1="{left}" x2="{left + _PANEL}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{most * quarter / 4:g}</text>'
    free = math.inf
    for files in sorted({files for files, _ in points}, reverse=True):
        x, _ = place(files, 0)
        if x > free:
            # There is no room for its number beside that of the next.
            continue
        free = x - _NUMBER
        yield f'<text x="{x:.1f}" y="{_BOTTOM + 20}" text-anchor="middle">{files:,}</text>'
    yield f'<text x="{left + _PANEL / 2}" y="{_BOTTOM + 40}" text-anchor="middle">files</text>'
    for number, (tool, line) in enumerate(lines.items()):
        places = [place(*point) for point in line]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        yield f'<polyline class="line tool{number}" points="{path}"/>'
        yield from (f'<circle class="dot{number}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>' for x, y in places)
        yield f'<circle class="dot{number}" cx="{left + 4 + number * 90}" cy="38" r="4"/>'
        yield f'<text x="{left + 14 + number * 90}" y="42">{tool}</text>'
