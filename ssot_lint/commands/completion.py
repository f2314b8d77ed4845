"""Prints a script that completes commands and options in a shell."""

from __future__ import annotations

from argparse import Namespace

from ssot_lint.arguments import build
from ssot_lint.commands.answer import Answer
from ssot_lint.projects import WrongInput


def run(options: Namespace) -> Answer:
    try:
        import shtab  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError:
        raise WrongInput(
            "completion needs the package shtab: `pip install 'ssot-lint[completion]'`, then try again"
        ) from None
    top, _ = build()
    return Answer(f"{shtab.complete(top, shell=options.shell).rstrip()}\n")
