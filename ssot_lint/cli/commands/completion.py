"""Prints a script that completes commands and options in a shell, or the words that such a script asks for."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterable, Iterator

from ssot_lint.cli.answer import Answer
from ssot_lint.cli.arguments import build
from ssot_lint.cli.options import KINDS_OF_PROPOSALS, WORDS
from ssot_lint.findings import baseline_file
from ssot_lint.model.errors import ConfigError, WrongInput
from ssot_lint.model.rules import CODES
from ssot_lint.model.wording import relative
from ssot_lint.sources.projects import projects

_BASH = """\
_ssot_lint_words() {
  local done=""
  [[ "$2" == *,* ]] && done="${2%,*},"
  compgen -P "$done" -W "$(ssot-lint completion "$1" 2>/dev/null)" -- "${2##*,}"
}
_ssot_lint_codes() { _ssot_lint_words codes "$1"; }
_ssot_lint_contracts() { _ssot_lint_words contracts "$1"; }
_ssot_lint_kinds() { _ssot_lint_words kinds "$1"; }
_ssot_lint_baselines() {
  compgen -W "$(ssot-lint completion baselines 2>/dev/null)" -- "$1" || compgen -f -- "$1"
}
"""

_ZSH = """\
_ssot_lint_listed() {
  local -a known; known=(${(f)"$(ssot-lint completion $1 2>/dev/null)"})
  compset -P '*,'; compadd -S '' -a known
}
_ssot_lint_codes() { _ssot_lint_listed codes }
_ssot_lint_contracts() { _ssot_lint_listed contracts }
_ssot_lint_kinds() { _ssot_lint_listed kinds }
_ssot_lint_baselines() { _ssot_lint_listed baselines; _files }
"""

_FISH = """\
function _ssot_lint_codes; ssot-lint completion codes 2>/dev/null; end
function _ssot_lint_contracts; ssot-lint completion contracts 2>/dev/null; end
function _ssot_lint_kinds; ssot-lint completion kinds 2>/dev/null; end
function _ssot_lint_baselines
  ssot-lint completion baselines 2>/dev/null
  __fish_complete_path (commandline -ct)
end
"""


def run(options: Namespace) -> Answer:
    if options.shell in WORDS:
        return Answer("".join(f"{word}\n" for word in _words(options.shell) if word.isprintable()))
    try:
        import shtab  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError:
        raise WrongInput(
            "completion needs the package shtab: `pip install 'ssot-lint[completion]'`, then try again"
        ) from None
    if options.shell not in shtab.SUPPORTED_SHELLS:
        raise WrongInput(
            f"this shtab knows no {options.shell}: `pip install --upgrade 'ssot-lint[completion]'`, then try again"
        )
    top, _ = build()
    preamble = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}.get(options.shell, "")
    return Answer(f"{shtab.complete(top, shell=options.shell, preamble=preamble).rstrip()}\n")


def _words(kind: str) -> Iterable[str]:
    """The words that may be typed next. None where the settings are wrong: a prompt is no place to say so."""
    if kind == "codes":
        return [*CODES, *dict.fromkeys(code[:4] for code in CODES), *CODES.values()]
    if kind == "kinds":
        return KINDS_OF_PROPOSALS
    try:
        found, _ = projects(())
    except (WrongInput, ConfigError):
        return []
    if kind == "contracts":
        return sorted({contract.name for one in found for contract in one.settings.contracts})
    declared = [one.settings.root / one.settings.baseline for one in found if one.settings.baseline]
    return dict.fromkeys([*(relative(file, os.curdir) for file in declared), *_baselines()])


def _baselines() -> Iterator[str]:
    """The files of the working directory that begin as baselines do."""
    for name in sorted(os.listdir()):
        if os.path.isfile(name):
            try:
                with open(name, "rb") as file:
                    if file.read(len(baseline_file.HEADER)) == baseline_file.HEADER.encode():
                        yield name
            except OSError:
                continue
