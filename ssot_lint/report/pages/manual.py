"""A page in Markdown → the same laid out for a terminal by rich, where that is installed; the only importer of rich."""

from __future__ import annotations

import io

WIDEST = 100
"""Cells: longer lines are hard to read, however wide the terminal is."""


def render(text: str, width: int, colour: bool) -> str | None:
    """The page in lines of at most ``width`` cells. None without rich."""
    try:
        from rich.console import Console
        from rich.markdown import Markdown
    except ImportError:
        return None
    # What has been decided by options must not be decided again by the environment.
    console = Console(
        file=io.StringIO(),
        width=min(width, WIDEST),
        force_terminal=colour,
        color_system="standard" if colour else None,
        legacy_windows=False,
        _environ={},
    )
    with console.capture() as captured:
        # Names of colours, which each terminal shows so that they suit its background.
        console.print(Markdown(text, code_theme="ansi_dark", hyperlinks=False))
    return "".join(f"{line.rstrip(' ')}\n" for line in captured.get().splitlines())
