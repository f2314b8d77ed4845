"""Prints the JSON Schema of the settings."""

from __future__ import annotations

from argparse import Namespace

from ssot_lint.cli.commands.answer import Answer
from ssot_lint.report.json_text import dumps
from ssot_lint.settings import settings


def run(options: Namespace) -> Answer:
    return Answer(f"{dumps(settings.schema(), indent=2)}\n")
