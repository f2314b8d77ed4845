"""Writes one page for a browser about all contracts: what is found, where it stands, what is left to do."""

from __future__ import annotations

from argparse import Namespace

from ssot_lint.cli.commands import Answer
from ssot_lint.model.errors import WrongInput


def run(options: Namespace) -> Answer:
    raise WrongInput("to come")
