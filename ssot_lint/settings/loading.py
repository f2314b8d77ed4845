"""A settings file, with those that it extends and the command line → ``Settings``, or a ``ConfigError`` with every
mistake in it.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ssot_lint.model.contracts import KINDS, ClassContract
from ssot_lint.model.errors import ConfigError, Mistake, Unreadable, Unusable
from ssot_lint.model.wording import relative, shown
from ssot_lint.settings import check, plugins
from ssot_lint.settings.documents import Documents, Reader, read_file
from ssot_lint.settings.fields import convert, keys_of
from ssot_lint.settings.layers import Layer, Merged, given, items, layers, merge
from ssot_lint.settings.positions import spelled
from ssot_lint.settings.settings import Exemption, Settings


def parse(
    text: bytes,
    file: Path,
    overrides: Mapping[str, object] | None = None,
    *,
    codes: Mapping[str, str],
    read: Reader = read_file,
) -> Settings:
    """The settings in ``text``, the bytes of ``file``, as ``load`` has them. Pure but for ``read``, used for
    ``extends``."""
    here = Path(os.path.abspath(file))
    documents = Documents(lambda one: text if one == here else read(one))
    return load(file, overrides, codes=codes, documents=documents)


def load(
    file: Path,
    overrides: Mapping[str, object] | None = None,
    *,
    codes: Mapping[str, str],
    documents: Documents | None = None,
    foreign: Collection[str] | None = (),
    root: Path | None = None,
) -> Settings:
    """The settings of one file and of those it extends. ``codes`` has the name of the rule of each code; ``root``
    stands for the folder of the file.

    ``overrides`` are values from the command line by key (``select``, ``fail-on``). They win, and are
    validated in the same way; None stands for "not given". ``foreign`` are contracts of others, by the names that
    exemptions may use; None where these are not known yet.
    """
    file = Path(os.path.abspath(file))
    root = root or file.parent
    try:
        found, mistakes = layers(file, documents or Documents(), root)
    except Unreadable as problem:
        raise ConfigError([Mistake(relative(file, root), 0, "", str(problem))]) from None
    options = {name: value for name, value in (overrides or {}).items() if value is not None}
    found = [given(file, options), *found]
    whole = not mistakes
    # What they add may be named on the command line, too.
    mistakes += [one for layer in found for one in _plugins(layer)]
    for layer in found:
        mistakes += [layer.mistake(keys, message) for keys, message in check.of_layer(layer.table, codes)]
    merged = merge(found)
    # What is missing can be told only when no file is.
    mistakes += check.of_all(merged, whole, foreign)
    if mistakes:
        order = [layer.label for layer in found]
        raise ConfigError(sorted(set(mistakes), key=lambda one: _rank(one, order)))
    return Settings(root=root, file=file, **_fields(merged, codes))


def _plugins(layer: Layer) -> Iterator[Mistake]:
    """Adds what the plugins of a layer have, before anything is judged by it."""
    for index, name in enumerate(items(layer.table.get("plugins"))):
        if isinstance(name, str):
            try:
                plugins.load(name)
            except Unusable as problem:
                yield layer.mistake(("plugins", index), f"{shown(name)} {problem}")


def _rank(mistake: Mistake, files: Sequence[str]) -> tuple[int, int, str, str]:
    """The nearest file first, and a file that could not be read last."""
    file = files.index(mistake.file) if mistake.file in files else len(files)
    return file, mistake.line, mistake.key, mistake.message


def _fields(merged: Merged, codes: Mapping[str, str]) -> dict[str, Any]:
    """The arguments of ``Settings``, from layers that are known to be right."""
    exemptions = []
    for index, table in enumerate(items(merged.table.get("exemptions"))):
        line = merged.origin["exemptions",].line(("exemptions", index))
        exemptions.append(Exemption(**_values(Exemption, table, codes), line=line))
    contracts, lines = [], {}
    for name, contract in merged.contracts.items():
        cls = KINDS[str(contract.get("kind", ClassContract.kind))]
        contracts.append(cls(name=name, **_values(cls, contract, codes)))
        lines[name] = merged.origin["contracts", name].line(("contracts", name))
    values = _values(Settings, {**merged.table, "contracts": (), "exemptions": ()}, codes)
    values.update(contracts=tuple(contracts), exemptions=tuple(exemptions), contract_lines=lines)
    values["sources"] = {spelled(keys): layer.label for keys, layer in sorted(merged.origin.items())}
    return values


def _values(cls: type, table: object, codes: Mapping[str, str]) -> dict[str, Any]:
    """The arguments of a dataclass. Only validation knows that their types are those of the fields."""
    assert isinstance(table, Mapping)
    keys = keys_of(cls)
    return {
        keys[name].attribute: convert(value, keys[name], codes)
        for name, value in table.items()
        if name in keys
    }
