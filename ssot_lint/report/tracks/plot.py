"""The samples of a history → a plot by plotext, where that is installed; the only importer of plotext."""

from __future__ import annotations

from collections.abc import Sequence

from ssot_lint.tracking.progress import History

HEIGHT = 16
"""Lines."""


def render(history: History, contracts: Sequence[str], width: int, *, colour: bool) -> str | None:
    """None without plotext, or where two points are not there to be joined."""
    if len(history.samples) < 2:
        return None
    try:
        import plotext
    except ImportError:
        return None
    plotext.clear_figure()
    plotext.plotsize(max(min(width, 120), 40), HEIGHT)
    places = list(range(1, len(history.samples) + 1))
    for contract in contracts:
        plotext.plot(places, [one.of(contract) for one in history.samples], label=contract)
    step = max(len(places) // 6, 1)
    shown = [*places[::step]]
    plotext.xticks(shown, [history.samples[at - 1].date[:10] for at in shown])
    plotext.ylabel("findings")
    # The terminal has a background of its own.
    for paint in (plotext.canvas_color, plotext.axes_color):
        paint("default")
    plotext.ticks_color("default")
    text: str = plotext.build() if colour else plotext.uncolorize(plotext.build())
    return text
