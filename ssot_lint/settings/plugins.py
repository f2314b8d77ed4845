"""The names under ``plugins`` → the rules and kinds of contract that installed packages add.

A plugin is an entry point of the group ``ssot_lint.rules`` whose object is a ``Plugin``. No other code is loaded for
what settings say, and this only where they name it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ssot_lint.model.contracts import KINDS
from ssot_lint.model.errors import Unusable
from ssot_lint.model.rules import Plugin, Rule, add
from ssot_lint.model.wording import printable, shown, suggestion

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "ssot_lint.rules"

_rules: dict[str, tuple[Rule, ...]] = {}
"""The rules of each plugin that some settings have named so far."""


@cache
def _installed() -> dict[str, EntryPoint]:
    # Imported late: most settings name no plugin.
    from importlib.metadata import entry_points

    return {one.name: one for one in entry_points(group=GROUP)}


def load(name: str) -> None:
    """Adds what a plugin has. Raises Unusable, with a text that completes "`NAME` …"."""
    found = _installed().get(name)
    if found is None:
        near = suggestion(name, _installed())
        raise Unusable(
            f"is no plugin: no installed package has an entry point of this name in `{GROUP}`{near}"
        )
    try:
        plugin = found.load()
    except Exception as problem:
        # Whatever a foreign module raises when it is imported, the settings are what has to change.
        raise Unusable(f"cannot be loaded: {type(problem).__name__}: {printable(str(problem))}") from None
    if not isinstance(plugin, Plugin):
        raise Unusable(f"is no plugin: {shown(found.value)} is no `ssot_lint.model.rules.Plugin`")
    for kind in plugin.kinds:
        if KINDS.setdefault(kind.kind, kind) is not kind:
            raise Unusable(f"adds the kind {shown(kind.kind)}, which there is already")
    try:
        add(plugin.rules)
    except ValueError as problem:
        raise Unusable(f"adds rules that cannot be: {problem}") from None
    _rules[name] = plugin.rules


def rules_of(names: Iterable[str]) -> frozenset[Rule]:
    """The rules of some plugins: other projects of this process may have named further ones."""
    return frozenset(rule for name in names for rule in _rules.get(name, ()))


def stamps(names: Iterable[str]) -> list[tuple[str, str, bytes]]:
    """What tells one build of each plugin from others: its name, its version, and the source of its module."""
    found = []
    for name in sorted({*names}):
        one = _installed()[name]
        spec = find_spec(one.module)
        source = b""
        if spec is not None and spec.origin is not None:
            with contextlib.suppress(OSError):
                source = Path(spec.origin).read_bytes()
        found.append((name, one.dist.version if one.dist is not None else "", source))
    return found
