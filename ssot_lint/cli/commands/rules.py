"""Lists all rules."""

from __future__ import annotations

from argparse import Namespace

from ssot_lint.cli import here
from ssot_lint.cli.answer import Answer
from ssot_lint.cli.terminal import colour, width, wraps
from ssot_lint.report.json_text import dumps
from ssot_lint.report.terminal.paint import Paint
from ssot_lint.report.terminal.wrap import wrapped
from ssot_lint.rules import pages


def run(options: Namespace) -> Answer:
    known = here.rules()
    summaries = {rule.name: pages.summary(pages.text(rule.name) or "") for rule in known}
    if options.format == "json":
        rules = [{"code": rule.code, "name": rule.name, "summary": summaries[rule.name]} for rule in known]
        return Answer(f"{dumps({'version': 1, 'rules': rules}, indent=2)}\n")
    paint = Paint(colour(options.color))
    longest = max(len(rule.name) for rule in known)
    room = width() if wraps() else 0
    hang = len(f"{known[0].code}  {'':{longest}}  ")
    lines = []
    for rule in known:
        head = f"{paint.title(rule.code)}  {rule.name:<{longest}} "
        lines += wrapped([head, *summaries[rule.name].split(" ")], room, hang)
    return Answer("".join(f"{line.rstrip()}\n" for line in lines))
