"""Shows the page of a rule."""

from __future__ import annotations

from argparse import Namespace

from ssot_lint.cli import here
from ssot_lint.cli.answer import Answer
from ssot_lint.cli.terminal import colour, width, wraps
from ssot_lint.model.errors import WrongInput
from ssot_lint.model.rules import CODES
from ssot_lint.model.wording import shown, suggestion
from ssot_lint.report.pages import manual
from ssot_lint.report.pages import rule as page
from ssot_lint.report.terminal.paint import Paint
from ssot_lint.rules import pages


def run(options: Namespace) -> Answer:
    word, known = options.rule, here.rules()
    for rule in known:
        if word.upper() == rule.code or word.lower() == rule.name:
            text = pages.text(rule.name)
            if text is None:
                raise WrongInput(f"the page of {rule.code} {rule.name} is missing: install ssot-lint anew")
            return Answer(_shown(text, colour(options.color)))
    family = [rule.code for rule in known if len(word) > 3 and rule.code.startswith(word.upper())]
    if family:
        raise WrongInput(f"{shown(word)} stands for several rules: name one of {', '.join(family)}")
    raise WrongInput(
        f"{shown(word)} is no code or name of a rule{suggestion(word, [*CODES, *CODES.values()])}"
    )


def _shown(text: str, coloured: bool) -> str:
    """The page: laid out where a person looks at it, and for whatever reads a pipe the Markdown that it is."""
    paint = Paint(coloured)
    if not wraps():
        return page.render(text, paint)
    return manual.render(text, width(), coloured) or page.render(text, paint, width())
