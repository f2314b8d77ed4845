"""Lists the packs: primitives that mean the same everywhere."""

from __future__ import annotations

from argparse import Namespace

from ssot_lint.cli.answer import Answer
from ssot_lint.cli.terminal import colour
from ssot_lint.model.packs import PACKS, PREFIX
from ssot_lint.report.json_text import dumps
from ssot_lint.report.terminal.paint import Paint


def run(options: Namespace) -> Answer:
    if options.format == "json":
        packs = [
            {"name": f"{PREFIX}{name}", "about": pack.about, "primitives": list(pack.primitives)}
            for name, pack in PACKS.items()
        ]
        return Answer(f"{dumps({'version': 1, 'packs': packs}, indent=2)}\n")
    paint = Paint(colour(options.color))
    lines = []
    for name, pack in PACKS.items():
        lines.append(f"{paint.title(PREFIX + name)}  {pack.about}")
        lines += (f"  {path}" for path in pack.primitives)
    return Answer("".join(f"{line}\n" for line in lines))
