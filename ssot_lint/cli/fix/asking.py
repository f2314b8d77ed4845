"""Each fix is shown to a person, who says yes or no to it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from ssot_lint.model.errors import WrongInput
from ssot_lint.model.finding import Finding
from ssot_lint.model.wording import printable

HELP = "y yes, n no, a yes to all, q no to the rest, u back to the last"

Shown = Callable[[Finding], str]
"""The change of a fix, as text."""


class Asking:
    """Asks about fixes, as ``engine.fix.FixOptions.asks`` does. What was said about all holds for later ones, too."""

    def __init__(self, shown: Shown) -> None:
        self._shown = shown
        self._all: bool | None = None

    def __call__(self, findings: Sequence[Finding]) -> Sequence[Finding]:
        answers: list[bool] = []
        while len(answers) < len(findings):
            if self._all is not None:
                answers.append(self._all)
                continue
            one = findings[len(answers)]
            answer = _answer(self._text(one, len(answers) + 1, len(findings)))
            if answer == "u":
                del answers[-1:]
            elif answer in ("a", "q"):
                self._all = answer == "a"
            elif answer in ("y", "n"):
                answers.append(answer == "y")
            else:
                sys.stdout.write(f"{HELP}\n")
        return [one for one, answer in zip(findings, answers, strict=True) if answer]

    def _text(self, finding: Finding, number: int, total: int) -> str:
        message = finding.fix.message if finding.fix is not None else ""
        place = f"{finding.path}:{finding.span.line}"
        head = printable(f"{place}: {finding.code} {finding.name}: {message}")
        tier = finding.fix.tier if finding.fix is not None else ""
        unsafe = " (unsafe: look at it)" if tier == "unsafe" else ""
        return f"{head}{unsafe}\n{self._shown(finding)}[{number}/{total}] apply? [y,n,a,q,u,?] "


def _answer(question: str) -> str:
    """The first letter of what is typed; ``q`` where nothing more comes."""
    sys.stdout.write(question)
    sys.stdout.flush()
    line = sys.stdin.readline()
    return line.strip().lower()[:1] or "?" if line else "q"


def must_be_attended(is_attended: bool) -> None:
    if not is_attended:
        raise WrongInput("--interactive asks a person: standard input and output must be a terminal")
