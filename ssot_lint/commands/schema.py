"""Prints the JSON Schema of the settings."""

from __future__ import annotations

from argparse import Namespace

from ssot_lint import config
from ssot_lint.commands.answer import Answer
from ssot_lint.report.json import dumps


def run(options: Namespace) -> Answer:
    return Answer(f"{dumps(config.schema(), indent=2)}\n")
