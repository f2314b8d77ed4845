"""Lists all rules."""

from __future__ import annotations

from argparse import Namespace

from ssot_lint.cli.commands import Answer
from ssot_lint.cli.terminal import colour, width, wraps
from ssot_lint.model.rules import ALL
from ssot_lint.report.json_text import dumps
from ssot_lint.report.terminal.paint import Paint
from ssot_lint.report.terminal.wrap import wrapped
from ssot_lint.rules import pages


def run(options: Namespace) -> Answer:
    summaries = {rule.name: pages.summary(pages.text(rule.name) or "") for rule in ALL}
    if options.format == "json":
        rules = [{"code": rule.code, "name": rule.name, "summary": summaries[rule.name]} for rule in ALL]
        return Answer(f"{dumps({'version': 1, 'rules': rules}, indent=2)}\n")
    paint = Paint(colour(options.color))
    longest = max(len(rule.name) for rule in ALL)
    room = width() if wraps() else 0
    hang = len(f"{ALL[0].code}  {'':{longest}}  ")
    lines = []
    for rule in ALL:
        head = f"{paint.title(rule.code)}  {rule.name:<{longest}} "
        lines += wrapped([head, *summaries[rule.name].split(" ")], room, hang)
    return Answer("".join(f"{line.rstrip()}\n" for line in lines))
