"""A settings file and those that it extends → one layer for each, and all of them merged. Nothing is judged here but
whether there is a table of settings at all.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ssot_lint.model.errors import Mistake, Unreadable
from ssot_lint.model.wording import printable, relative, shown
from ssot_lint.settings.documents import TABLE, Document, Documents, Flaw, misspelled, tools
from ssot_lint.settings.fields import expected, text_problem
from ssot_lint.settings.positions import Keys, nearest, spelled
from ssot_lint.settings.settings import COMMAND_LINE, PYPROJECT

_CHAIN = 16
"""So many files may extend each other."""


class Layer(NamedTuple):
    """The settings of one file as they were written. ``prefix`` leads to ``table`` in the document; what the command
    line gives has none. ``label`` is the file relative to the root."""

    label: str
    file: Path
    table: Mapping[str, object]
    prefix: Keys = ()
    document: Document | None = None

    def line(self, keys: Keys) -> int:
        return nearest(self.document.lines, (*self.prefix, *keys)) if self.document is not None else 0

    def mistake(self, keys: Keys, message: str) -> Mistake:
        return Mistake(self.label, self.line(keys), spelled(keys), message)


def given(file: Path, values: Mapping[str, object]) -> Layer:
    """The layer of the command line, nearer than any file."""
    return Layer(COMMAND_LINE, file, values)


def layers(file: Path, documents: Documents, root: Path) -> tuple[list[Layer], list[Mistake]]:
    """The layers of a file and of all that it extends, the nearest first, as far as they can be read; and why the next
    one cannot. Raises Unreadable where the file itself cannot be read."""
    found: list[Layer] = []
    label, seen = relative(file, root), {os.path.normpath(file)}
    document = documents.at(file)
    while True:
        one = layer(document, file, label)
        if isinstance(one, Mistake):
            return found, [one]
        found.append(one)
        extends = one.table.get("extends")
        if not isinstance(extends, str) or text_problem(extends, "file", {}):
            return found, []
        file = file.parent / extends
        label = relative(file, root)
        try:
            document = _extended(file, seen, documents)
        except Unreadable as problem:
            return found, [one.mistake(("extends",), f"{shown(extends)} {problem}")]
        seen.add(os.path.normpath(file))


def _extended(file: Path, seen: Collection[str], documents: Documents) -> Document:
    if os.path.normpath(file) in seen:
        raise Unreadable("leads back to a file that extends this one: a cycle")
    # Links can spell one file in ever new ways.
    if len(seen) >= _CHAIN:
        raise Unreadable(f"is the end of a chain of more than {_CHAIN} files")
    return documents.at(file)


def layer(document: Document, file: Path, label: str) -> Layer | Mistake:
    """The table of settings in a document."""
    content = document.content
    if isinstance(content, Flaw):
        return content.at(label)
    names = tools(content)
    if file.name != PYPROJECT:
        if TABLE[1] in names:
            message = "the keys stand at the top of this file, not in a table `[tool.ssot-lint]`"
            return Mistake(label, nearest(document.lines, TABLE), "", message)
        return Layer(label, file, content, (), document)
    if TABLE[1] not in names:
        near = misspelled(content)
        if near is not None:
            message = f"unknown table `[tool.{printable(near)}]`; did you mean `[tool.ssot-lint]`?"
            return Mistake(label, nearest(document.lines, (TABLE[0], near)), "", message)
        return Mistake(label, 0, "", "has no table `[tool.ssot-lint]`")
    table = names[TABLE[1]]
    if not isinstance(table, dict):
        return Mistake(label, nearest(document.lines, TABLE), ".".join(TABLE), expected("a table", table))
    return Layer(label, file, table, TABLE, document)


def peek(file: Path, documents: Documents, *names: str) -> tuple[tuple[str, ...], ...]:
    """The arrays of strings under some keys of a file, with an empty string for what is none. What is wrong with them
    is told when the file is loaded."""
    try:
        table = merge(layers(file, documents, file.parent)[0]).table
    except Unreadable:
        table = {}
    return tuple(
        tuple(one if isinstance(one, str) else "" for one in items(table.get(name))) for name in names
    )


class Merged(NamedTuple):
    """All layers in one, still as they were written. ``origin`` has the layer of each key, each entry of a
    table, each contract and each key of a contract."""

    table: Mapping[str, object]
    contracts: Mapping[str, Mapping[str, object]]
    origin: Mapping[Keys, Layer]

    def mistake(self, keys: Keys, message: str) -> Mistake:
        layer = next(self.origin[keys[:end]] for end in range(len(keys), 0, -1) if keys[:end] in self.origin)
        return layer.mistake(keys, message)


def merge(layers: Sequence[Layer]) -> Merged:
    """Contracts and tables are merged by name, everything else is replaced; the nearest layer wins."""
    table: dict[str, object] = {}
    contracts: dict[str, dict[str, object]] = {}
    origin: dict[Keys, Layer] = {}
    for layer in reversed(layers):
        for name, value in layer.table.items():
            if name == "members" and layer.file != layers[0].file:
                # A file that is extended speaks of the folders beside itself.
                continue
            origin[(name,)] = layer
            if name == "contracts":
                for contract, keys in value.items() if isinstance(value, Mapping) else ():
                    if isinstance(keys, Mapping):
                        contracts.setdefault(contract, {}).update(keys)
                        origin[(name, contract)] = layer
                        origin.update({(name, contract, key): layer for key in keys})
            elif isinstance(value, Mapping):
                # The nearest stands last, and so wins too where two spellings mean one code.
                old = table.get(name)
                kept = (
                    {key: item for key, item in old.items() if key not in value}
                    if isinstance(old, dict)
                    else {}
                )
                table[name] = {**kept, **value}
                origin.update({(name, key): layer for key in value})
            else:
                table[name] = value
    return Merged(table, contracts, origin)


def items(value: object) -> Sequence[object]:
    """The elements of an array; none of anything else."""
    return value if isinstance(value, (list, tuple)) else ()
