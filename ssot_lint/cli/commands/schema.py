"""Prints the JSON Schema of the settings."""

from __future__ import annotations

from argparse import Namespace

from ssot_lint.cli.answer import Answer
from ssot_lint.report.json_text import dumps
from ssot_lint.settings.schema import schema


def run(options: Namespace) -> Answer:
    return Answer(f"{dumps(schema(), indent=2)}\n")
