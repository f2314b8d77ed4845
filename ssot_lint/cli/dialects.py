"""Options and commands of other tools → what ssot-lint has instead. Data, read only after a mistake."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_REPAIR = "write `ssot-lint fix`, or `check --fix`"
_AGAIN = (
    "run it again, it remembers what has not changed; editors run flake8, or `check - --stdin-filename NAME`"
)
_EXCLUDE = "write `exclude` in the settings"
_BASELINE = "see `ssot-lint baseline --help`"
_PATHS = "write `per-path-ignores` in the settings"

OPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "--fix-only": _REPAIR,
        "--show-fixes": "`ssot-lint fix --diff` shows them, and so does `check --format json`",
        "--autofix": _REPAIR,
        "--changed": "`--since REF` reports what a change adds",
        "--watch": _AGAIN,
        "--exclude": _EXCLUDE,
        "--extend-exclude": _EXCLUDE,
        "--force-exclude": _EXCLUDE,
        "--include": "give the paths themselves, or write `src` and `exclude` in the settings",
        "--per-file-ignores": _PATHS,
        "--extend-select": "write `--select` with all that is wanted",
        "--extend-ignore": "`--ignore` may be repeated",
        "--enable": "write `--select`",
        "--disable": "write `--ignore`",
        "--stats": "write `--statistics`",
        "--errors-only": "write `--fail-on error`",
        "--show-source": "`--format text` shows the source",
        "--show-settings": "`ssot-lint config` shows the settings in force",
        "--show-files": "`ssot-lint config` shows which files are meant",
        "--add-noqa": _BASELINE,
        "--generate-baseline": _BASELINE,
        "--update-baseline": _BASELINE,
        "--write-baseline": _BASELINE,
        "--stdin": "write `check - --stdin-filename NAME`",
        "--jobs": "write `--workers N`, or `-j N`",
        "--no-color": "write `--color never`",
        "--no-colour": "write `--color never`",
        "--colour": "write `--color`",
        "--debug": "`--profile` says where the time goes, `--traceback` where a bug of ours is",
        "--version": "write `ssot-lint --version`",
        "--strict": "`--fail-on info` lets every finding fail",
        "--warn-only": "write `--exit-zero`",
    }
)

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "lint": "write `ssot-lint check`",
        "run": "write `ssot-lint check`",
        "scan": "write `ssot-lint check`",
        "analyze": "write `ssot-lint check`",
        "autofix": _REPAIR,
        "format": _REPAIR,
        "watch": _AGAIN,
        "help": "write `ssot-lint --help`, or `ssot-lint COMMAND --help`",
        "version": "write `ssot-lint --version`",
        "lsp": "write `ssot-lint server`",
        "clean": "the folder `.ssot_lint_cache` may be removed at any time",
        "diff": "`ssot-lint check --since REF` reports what a change adds",
        "settings": "write `ssot-lint config`",
        "linter": "write `ssot-lint rules`",
        "list": "write `ssot-lint rules`",
    }
)
