"""Settings text → ``Settings``, or a ``ConfigError`` with every mistake in it; the only reader of TOML.

The keys, their types and their help are the fields of ``Settings``, ``Exemption`` and the contracts: what is
accepted, what the errors say and what the JSON Schema holds are all read off these. ``python -m
ssot_lint.settings.settings`` prints the schema.
"""

from __future__ import annotations

import datetime
import json
import os
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

import tomli

from ssot_lint.model.contracts import KINDS, PLANNED, ClassContract, Contract
from ssot_lint.model.contracts.contract import Contract, key
from ssot_lint.model.errors import ConfigError, Mistake
from ssot_lint.model.wording import printable, shown, suggestion
from ssot_lint.settings.fields import (
    Complaint,
    complaints,
    convert,
    expected,
    json_schema,
    keys_of,
    resolve_code,
    text_problem,
)
from ssot_lint.settings.positions import Keys, locate, nearest

FILE = "ssot-lint.toml"
PYPROJECT = "pyproject.toml"
TABLE = ("tool", "ssot-lint")
"""Where the settings stand in a pyproject.toml; in any other file they stand at the top."""

COMMAND_LINE = "command line"
MAX_BYTES = 1024 * 1024
"""A settings file may not be larger: some TOML takes time that grows faster than its length."""

_TOO_LARGE = f"is larger than {MAX_BYTES} bytes"
_CHAIN = 16
_LEVELS = "error warning info"
_PLACES = ("path", "code", "contract", "symbol")
"""The keys of which an exemption must have one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """A place that the configuration excuses. An empty string stands for "any"; what is given must all hold.

    ``code`` is a code or a prefix of codes. ``line`` is that of the table's header, in the file that
    ``Settings.sources["exemptions"]`` names. ``until`` is the last day on which the exemption holds.
    """

    path: str = field(
        default="",
        metadata=key("The files: a glob relative to the root.", form="glob", example='"legacy/**"'),
    )
    code: str = field(
        default="",
        metadata=key("A code, a prefix of codes, or the name of a rule.", form="code", example='"SOT201"'),
    )
    contract: str = field(
        default="",
        metadata=key(
            "The name of a contract; `NAME@FOLDER` where members have several of one name.",
            form="any-contract",
            example='"websocket-manager"',
        ),
    )
    symbol: str = field(
        default="",
        metadata=key(
            "The symbol: a name, a dotted path, or a pattern of either.", form="pattern", example='"*Manager"'
        ),
    )
    reason: str = field(
        metadata=key("Why; an exemption without a reason is an error.", example='"moves in spring"')
    )
    until: datetime.date | None = field(
        default=None,
        metadata=key(
            "The last day on which the exemption holds: a date without quotes.", example="2027-03-01"
        ),
    )
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that a project can set. Codes are resolved: each is a code or a prefix of codes, never a name.

    ``root`` is the folder of ``file``, or the one that the user judges from; paths and globs are relative to it.
    ``contract_lines`` has the line of each contract's table, in the file that ``sources["contracts.NAME"]`` names.
    ``sources`` tells for each key that was set (``fail-on``, ``severity.SOT205``, ``contracts.NAME.canonical``) the
    file that set it, relative to the root, or ``command line``.
    """

    root: Path
    file: Path
    extends: str | None = field(
        default=None,
        metadata=key(
            "Another settings file, relative to this one; what is said here wins.",
            form="file",
            example='"../shared/ssot.toml"',
        ),
    )
    src: tuple[str, ...] | None = field(
        default=None,
        metadata=key(
            "The roots of import paths; found from the layout when absent.",
            form="folder",
            example='[".", "src"]',
        ),
    )
    members: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "Folders that are judged each as a project of its own, in one run with this one.",
            form="member",
            example='["services/*"]',
        ),
    )
    exclude: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "Files to leave out, besides those that git ignores.", form="glob", example='["vendor/**"]'
        ),
    )
    tests: tuple[str, ...] = field(
        default=("tests/**", "**/test_*.py", "**/conftest.py"),
        metadata=key(
            "The files that have the role of tests.", form="glob", example='["tests/**", "**/test_*.py"]'
        ),
    )
    select: tuple[str, ...] = field(
        default=("SOT",),
        metadata=key(
            "What to report: codes, prefixes of codes, names of rules.",
            form="code",
            example='["SOT1", "direct-construction"]',
        ),
    )
    ignore: tuple[str, ...] = field(
        default=(),
        metadata=key("What not to report, though it is selected.", form="code", example='["SOT903"]'),
    )
    per_path_ignores: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict,
        metadata=key(
            "What to ignore in some files, by glob.",
            form="code",
            names="glob",
            example='{"legacy/**" = ["SOT201"]}',
        ),
    )
    severity: Mapping[str, str] = field(
        default_factory=dict,
        metadata=key(
            "The severity of codes, where it shall not be the rule's own.",
            names="code",
            choices=_LEVELS,
            example='{SOT205 = "error", SOT3 = "warning"}',
        ),
    )
    tests_ignore: tuple[str, ...] = field(
        default=(),
        metadata=key(
            "What not to report in files that have the role of tests.", form="code", example='["SOT201"]'
        ),
    )
    tests_severity: Mapping[str, str] = field(
        default_factory=dict,
        metadata=key(
            "The severity of codes in files that have the role of tests; it goes before `severity`.",
            names="code",
            choices=_LEVELS,
            example='{SOT = "warning"}',
        ),
    )
    fail_on: str = field(
        default="error",
        metadata=key("The least severity at which a run fails.", choices=_LEVELS, example='"warning"'),
    )
    baseline: str | None = field(
        default=None,
        metadata=key(
            "The file of findings that were there before, relative to the root: only others are reported.",
            form="file",
            example='"ssot-baseline.txt"',
        ),
    )
    singletons: str = field(
        default="contracts",
        metadata=key(
            "`all`: SOT3xx on every class of the project.", choices="contracts all", example='"all"'
        ),
    )
    max_file_size: int = field(
        default=10 * 1024 * 1024,
        metadata=key("Larger files, in bytes, are not read but reported as SOT900.", example="1_000_000"),
    )
    contracts: tuple[Contract, ...] = field(
        default=(), metadata=key("What is canonical: one table for each contract.", names="contract")
    )
    exemptions: tuple[Exemption, ...] = field(
        default=(), metadata=key("Places that are excused, each with a reason.")
    )
    contract_lines: Mapping[str, int] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    workspace: tuple[Member, ...] = ()
    """What the globs of ``members`` name, by folder; filled in by ``workspaces``, which alone looks for them."""

    @property
    def label(self) -> str:
        """The settings file relative to the root: what ``sources`` calls it."""
        return _relative(self.file, self.root)


@dataclass(frozen=True, slots=True)
class Member:
    """A folder, relative to the root, that is judged as a project of its own. ``settings`` are those that stand in it,
    with a root of their own; None where there are none, and those of the root hold."""

    folder: str
    settings: Settings | None


Reader = Callable[[Path], "bytes | str"]
"""Gives the bytes of a settings file, or a sentence that says why it cannot."""


def read_file(file: Path) -> bytes | str:
    """The bytes of a settings file, or a sentence that says why they cannot be had. Regular files only.

    Of a file that is too large, one byte more than is allowed.
    """
    try:
        with open(file, "rb", opener=_open) as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                return "cannot be read: it is not a regular file"
            return stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        return f"cannot be read: {getattr(error, 'strerror', None) or error}"


def _open(file: str, flags: int) -> int:
    """Opens without waiting for the other end of a FIFO."""
    return os.open(file, flags | getattr(os, "O_NONBLOCK", 0))


def find(start: Path) -> Path | None:
    """The nearest settings file, from a file or folder upwards: a ``ssot-lint.toml``, or else a
    ``pyproject.toml`` with a table for ssot-lint. ConfigError when it cannot be told whether one is meant."""
    here = Path(os.path.abspath(start))
    return next(filter(None, map(in_folder, (here, *here.parents))), None)


def in_folder(folder: Path) -> Path | None:
    """The settings file that stands in a folder. ConfigError as with ``find``."""
    if os.path.lexists(folder / FILE):
        return folder / FILE
    return folder / PYPROJECT if is_file_ours(folder / PYPROJECT) else None


def peek(file: Path, *names: str) -> tuple[tuple[str, ...], ...]:
    """The arrays of strings under some keys of a file, with an empty string for what is none. What is wrong with them
    is told when the file is loaded."""
    text = read_file(file)
    layers = _layers(text, file, read_file, file.parent)[0] if isinstance(text, bytes) else []
    table = _merge(layers).table if layers else {}
    return tuple(
        tuple(one if isinstance(one, str) else "" for one in _items(table.get(name))) for name in names
    )


def mistake(file: Path, label: str, keys: Keys, message: str) -> Mistake:
    """A mistake at some keys of a file, which goes by ``label``; without a line where the file is not right itself."""
    text = read_file(file)
    layer = _layer(text, file, label) if isinstance(text, bytes) else None
    return (
        layer.mistake(keys, message)
        if isinstance(layer, _Layer)
        else Mistake(label, 0, spelled(keys), message)
    )


def load(
    file: Path,
    overrides: Mapping[str, object] | None = None,
    *,
    codes: Mapping[str, str],
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
    text = read_file(file)
    if isinstance(text, str):
        raise ConfigError([Mistake(_relative(file, root or file.parent), 0, "", text)])
    return parse(text, file, overrides, codes=codes, foreign=foreign, root=root)


def parse(
    text: bytes,
    file: Path,
    overrides: Mapping[str, object] | None = None,
    *,
    codes: Mapping[str, str],
    read: Reader = read_file,
    foreign: Collection[str] | None = (),
    root: Path | None = None,
) -> Settings:
    """The settings in ``text``, the bytes of ``file``. Pure but for ``read``, used for ``extends``."""
    given = {name: value for name, value in (overrides or {}).items() if value is not None}
    root = root or file.parent
    layers, mistakes = _layers(text, file, read, root)
    layers = [_Layer(COMMAND_LINE, file, given, (), {}), *layers]
    whole = not mistakes
    for layer in layers:
        mistakes += [layer.mistake(keys, message) for keys, message in _layer_complaints(layer.table, codes)]
    merged = _merge(layers)
    # What is missing can be told only when no file is.
    mistakes += _across(merged, whole, foreign)
    if mistakes:
        order = [layer.shown for layer in layers]
        raise ConfigError(sorted(set(mistakes), key=lambda one: _rank(one, order)))
    return _settings(merged, file, root, codes)


def _rank(mistake: Mistake, files: Sequence[str]) -> tuple[int, int, str, str]:
    """The nearest file first, and a file that could not be read last."""
    file = files.index(mistake.file) if mistake.file in files else len(files)
    return file, mistake.line, mistake.key, mistake.message


def toml_problem(text: bytes, label: str) -> Mistake | None:
    """Why a text, whatever it is for, is no TOML that is read here; None where it is. ``label`` names its file."""
    document = _document(text, label)
    return document if isinstance(document, Mistake) else None


def resolve_codes(words: Iterable[str], codes: Mapping[str, str]) -> tuple[str, ...]:
    """Codes and prefixes for words from the command line, which may be names of rules. ConfigError with all
    words that are neither."""
    resolved, mistakes = [], []
    for word in words:
        try:
            resolved.append(resolve_code(word, codes))
        except ValueError as error:
            mistakes.append(Mistake(COMMAND_LINE, 0, "", str(error)))
    if mistakes:
        raise ConfigError(mistakes)
    return tuple(resolved)


# From bytes to layers: one table for each file.


class _Layer(NamedTuple):
    """One file's settings as they were written, and where they stand. ``prefix`` leads to ``table``."""

    shown: str
    file: Path
    table: Mapping[str, object]
    prefix: Keys
    lines: Mapping[Keys, int]

    def line(self, keys: Keys) -> int:
        return nearest(self.lines, (*self.prefix, *keys))

    def mistake(self, keys: Keys, message: str) -> Mistake:
        return Mistake(self.shown, self.line(keys), spelled(keys), message)


def spelled(keys: Keys) -> str:
    """A key as the user would write it, an array's element with its index: ``exemptions[0].until``."""
    text = ""
    for part in keys:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            bare = part.replace("-", "").replace("_", "").isalnum()
            text += ("." if text else "") + (printable(part[:80]) if bare else f'"{printable(part[:80])}"')
    return text


def _layers(text: bytes, file: Path, read: Reader, root: Path) -> tuple[list[_Layer], list[Mistake]]:
    """The file and all that it extends, the nearest first, as far as they can be read."""
    layers: list[_Layer] = []
    label, seen = _relative(file, root), {os.path.normpath(file)}
    while True:
        layer = _layer(text, file, label)
        if isinstance(layer, Mistake):
            return layers, [layer]
        layers.append(layer)
        extends = layer.table.get("extends")
        if not isinstance(extends, str) or text_problem(extends, "file", {}):
            return layers, []
        file = file.parent / extends
        label = _relative(file, root)
        problem = _extends_problem(os.path.normpath(file), seen)
        found = problem or read(file)
        if isinstance(found, str):
            return layers, [layer.mistake(("extends",), f"{shown(extends)} {found}")]
        seen.add(os.path.normpath(file))
        text = found


def _extends_problem(file: str, seen: Collection[str]) -> str:
    if file in seen:
        return "leads back to a file that extends this one: a cycle"
    # Links can spell one file in ever new ways.
    return f"is the end of a chain of more than {_CHAIN} files" if len(seen) >= _CHAIN else ""


def _relative(file: Path, root: Path) -> str:
    try:
        return Path(os.path.relpath(file, root)).as_posix()
    except ValueError:  # On Windows there is no way from one drive to another.
        return file.as_posix()


def _layer(text: bytes, file: Path, label: str) -> _Layer | Mistake:
    document = _document(text, label)
    if isinstance(document, Mistake):
        return document
    lines = locate(text.decode("utf-8-sig"))
    if file.name != PYPROJECT:
        if TABLE[1] in _tables_of_tools(document):
            message = "the keys stand at the top of this file, not in a table `[tool.ssot-lint]`"
            return Mistake(label, nearest(lines, TABLE), "", message)
        return _Layer(label, file, document, (), lines)
    tools = _tables_of_tools(document)
    if TABLE[1] not in tools:
        near = next((name for name in tools if _means_ours(name)), None)
        if near is not None:
            message = f"unknown table `[tool.{printable(near)}]`; did you mean `[tool.ssot-lint]`?"
            return Mistake(label, nearest(lines, (TABLE[0], near)), "", message)
        return Mistake(label, 0, "", "has no table `[tool.ssot-lint]`")
    table = tools[TABLE[1]]
    if not isinstance(table, dict):
        return Mistake(label, nearest(lines, TABLE), ".".join(TABLE), expected("a table", table))
    return _Layer(label, file, table, TABLE, lines)


def is_file_ours(pyproject: Path) -> bool:
    """Whether there is a pyproject.toml with a table for ssot-lint. ConfigError when that cannot be told."""
    if not os.path.isfile(pyproject):
        return False
    text = read_file(pyproject)
    if isinstance(text, str):
        raise ConfigError([Mistake(str(pyproject), 0, "", text)])
    return is_ours(text, str(pyproject))


def is_ours(text: bytes, label: str) -> bool:
    """Whether the text of a pyproject.toml has a table for ssot-lint. ConfigError when that cannot be told."""
    if b"ssot" not in text.lower():
        return False
    document = _document(text, label)
    if isinstance(document, Mistake):
        if b"ssot-lint" in text:
            raise ConfigError([document])
        return False
    return any(_means_ours(name) for name in _tables_of_tools(document))


def _tables_of_tools(document: Mapping[str, object]) -> Mapping[str, object]:
    tools = document.get(TABLE[0])
    return tools if isinstance(tools, dict) else {}


def _means_ours(name: str) -> bool:
    """Whether a table of ``[tool]`` is ours, or would be if it were spelled right: none is overlooked."""
    return name.lower().replace("_", "").replace("-", "") == "ssotlint"


def _document(text: bytes, label: str) -> dict[str, object] | Mistake:
    if len(text) > MAX_BYTES:
        return Mistake(label, 0, "", _TOO_LARGE)
    try:
        return tomli.loads(text.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        return Mistake(label, line, "", f"is not UTF-8: byte 0x{text[error.start]:02x} is out of place")
    except tomli.TOMLDecodeError as error:
        return Mistake(label, error.lineno, "", f"is not TOML: {error.msg[:1].lower()}{error.msg[1:]}")
    except RecursionError:
        return Mistake(label, 0, "", "is nested too deeply")
    except ValueError as error:
        return Mistake(label, 0, "", f"holds a value that Python cannot: {error}")


# What is wrong with one layer, and with all of them together.


def _layer_complaints(table: Mapping[str, object], codes: Mapping[str, str]) -> Iterator[Complaint]:
    for keys, message in complaints(table, Settings, codes):
        mild = "; write `tests-ignore = […]` and `tests-severity = {…}` beside `tests = […]`"
        yield keys, message + mild * (keys == ("tests",) and isinstance(table["tests"], Mapping))
    contracts = table.get("contracts")
    for name, contract in contracts.items() if isinstance(contracts, Mapping) else ():
        for keys, message in _contract_complaints(name, contract, codes):
            yield ("contracts", name, *keys), message
    exemptions = table.get("exemptions")
    for index, exemption in enumerate(exemptions if isinstance(exemptions, (list, tuple)) else ()):
        for keys, message in _exemption_complaints(exemption, codes):
            yield ("exemptions", index, *keys), message


def _contract_complaints(name: str, contract: object, codes: Mapping[str, str]) -> Iterator[Complaint]:
    problem = text_problem(name, "contract", codes)
    if problem:
        yield (), problem
    if not isinstance(contract, Mapping):
        yield (), expected("a table", contract)
        return
    kind = contract.get("kind", ClassContract.kind)
    if not isinstance(kind, str):
        yield ("kind",), expected("a string", kind)
    elif kind in PLANNED:
        yield ("kind",), f"kind `{kind}` is not supported by this version"
    elif kind not in KINDS:
        yield ("kind",), f"unknown kind {shown(kind)}{suggestion(kind, (*KINDS, *PLANNED))}"
    else:
        rest = {key: value for key, value in contract.items() if key != "kind"}
        for keys, message in complaints(rest, KINDS[kind], codes):
            dotted = len(keys) == 1 and isinstance(rest[str(keys[0])], Mapping)
            yield keys, f"{message}; the name of a contract has no dot" if dotted else message


def _exemption_complaints(exemption: object, codes: Mapping[str, str]) -> Iterator[Complaint]:
    if not isinstance(exemption, Mapping):
        yield (), expected("a table", exemption)
        return
    yield from complaints(exemption, Exemption, codes)
    reason = exemption.get("reason", "")
    if isinstance(reason, str) and not reason.strip():
        yield ("reason",), "an exemption needs a reason"
    if not any(exemption.get(name) for name in _PLACES):
        yield (), "an exemption must say what it excuses: `path`, `code`, `contract` or `symbol`"


class _Merged(NamedTuple):
    """All layers in one, still as they were written. ``origin`` has the layer of each key, each entry of a
    table, each contract and each key of a contract."""

    table: Mapping[str, object]
    contracts: Mapping[str, Mapping[str, object]]
    origin: Mapping[Keys, _Layer]

    def mistake(self, keys: Keys, message: str) -> Mistake:
        layer = next(self.origin[keys[:end]] for end in range(len(keys), 0, -1) if keys[:end] in self.origin)
        return layer.mistake(keys, message)


def _merge(layers: Sequence[_Layer]) -> _Merged:
    """Contracts and tables are merged by name, everything else is replaced; the nearest layer wins."""
    table: dict[str, object] = {}
    contracts: dict[str, dict[str, object]] = {}
    origin: dict[Keys, _Layer] = {}
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
    return _Merged(table, contracts, origin)


def _across(merged: _Merged, whole: bool, foreign: Collection[str] | None) -> Iterator[Mistake]:
    """What no value shows alone. ``whole``: all files could be read, so what is missing is missing."""
    owners: dict[str, str] = {}
    for name, contract in merged.contracts.items():
        canonical = contract.get("canonical")
        if contract.get("kind", ClassContract.kind) != ClassContract.kind:
            continue
        if canonical is None and whole:
            message = "needs `canonical`: the dotted path through which everyone shall use the symbol"
            yield merged.mistake(("contracts", name), message)
        elif isinstance(canonical, str):
            first = owners.setdefault(canonical, name)
            if first != name:
                message = f"{shown(canonical)} is the canonical of the contract `{first}` already"
                yield merged.mistake(("contracts", name, "canonical"), message)
        for keys, message in _contradictions(contract, whole):
            yield merged.mistake(("contracts", name, *keys), message)
    names = {*merged.contracts, *(foreign or ())}
    for index, exemption in enumerate(_items(merged.table.get("exemptions"))):
        contract_name = exemption.get("contract") if isinstance(exemption, Mapping) else None
        if (
            isinstance(contract_name, str)
            and contract_name
            and contract_name not in names
            and whole
            and foreign is not None
        ):
            theirs = [name for name in sorted(names) if name.startswith(f"{contract_name}@")]
            near = (
                f"; did you mean {shown(theirs[0])}?" if theirs else suggestion(contract_name, sorted(names))
            )
            message = f"there is no contract {shown(contract_name)}{near}"
            yield merged.mistake(("exemptions", index, "contract"), message)


def _contradictions(contract: Mapping[str, object], whole: bool) -> Iterator[Complaint]:
    canonical = contract.get("canonical")
    facades = [path for path in _items(contract.get("also-at")) if isinstance(path, str)]
    if contract.get("isolated-by") and not contract.get("factories") and whole:
        yield ("isolated-by",), "names parameters of the factories, and there are no `factories`"
    for index, path in enumerate(_items(contract.get("also-at"))):
        if path == canonical:
            yield ("also-at", index), f"{shown(str(path))} is the canonical path itself"
    for index, pattern in enumerate(_items(contract.get("retired"))):
        if not isinstance(pattern, str) or text_problem(pattern, "pattern", {}):
            continue
        if isinstance(canonical, str) and _names(pattern, canonical):
            yield ("retired", index), f"{shown(pattern)} retires the canonical {shown(canonical)} itself"
        for facade in facades:
            if _names(pattern, facade):
                yield ("retired", index), f"{shown(pattern)} retires {shown(facade)}, which `also-at` allows"


def _names(pattern: str, path: str) -> bool:
    """Whether a retired name or path covers the object at ``path``."""
    return fnmatchcase(path if "." in pattern else path.rpartition(".")[2], pattern)


def _items(value: object) -> Sequence[object]:
    return value if isinstance(value, (list, tuple)) else ()


# From merged layers, known to be right, to Settings.


def _settings(merged: _Merged, file: Path, root: Path, codes: Mapping[str, str]) -> Settings:
    exemptions = []
    for index, table in enumerate(_items(merged.table.get("exemptions"))):
        line = merged.origin["exemptions",].line(("exemptions", index))
        exemptions.append(Exemption(**_values(Exemption, table, codes), line=line))
    contracts, lines = [], {}
    for name, contract in merged.contracts.items():
        cls = KINDS[str(contract.get("kind", ClassContract.kind))]
        contracts.append(cls(name=name, **_values(cls, contract, codes)))
        lines[name] = merged.origin["contracts", name].line(("contracts", name))
    values = _values(Settings, {**merged.table, "contracts": (), "exemptions": ()}, codes)
    values.update(contracts=tuple(contracts), exemptions=tuple(exemptions), contract_lines=lines)
    sources = {spelled(keys): layer.shown for keys, layer in sorted(merged.origin.items())}
    return Settings(root=root, file=file, sources=sources, **values)


def _values(cls: type, table: object, codes: Mapping[str, str]) -> dict[str, Any]:
    """The arguments of a dataclass. Only validation knows that their types are those of the fields."""
    assert isinstance(table, Mapping)
    keys = keys_of(cls)
    return {
        keys[name].attribute: convert(value, keys[name], codes)
        for name, value in table.items()
        if name in keys
    }


# The JSON Schema.


def schema() -> dict[str, object]:
    """The JSON Schema (draft-07, which SchemaStore, taplo and validate-pyproject read) of the settings."""
    contract = _object(ClassContract)
    kind = {"description": "What the contract protects.", "enum": list(KINDS), "default": ClassContract.kind}
    contract["properties"] = {"kind": kind, **contract["properties"]}
    exemption = _object(Exemption)
    exemption["anyOf"] = [{"required": [name]} for name in _PLACES]
    settings = _object(Settings)
    settings["properties"]["contracts"]["additionalProperties"] = {"$ref": "#/definitions/contract"}
    settings["properties"]["exemptions"]["items"] = {"$ref": "#/definitions/exemption"}
    # What an extended file may hold already is required only where none is extended.
    required = contract.pop("required")
    keyed = {"required": ["isolated-by"], "properties": {"isolated-by": {"minItems": 1}}}
    alone = {"required": required, "if": keyed, "then": {"required": ["factories"]}}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "ssot-lint",
        "description": "Settings: `[tool.ssot-lint]` in a pyproject.toml, or the whole of an ssot-lint.toml.",
        **settings,
        "if": {"not": {"required": ["extends"]}},
        "then": {"properties": {"contracts": {"additionalProperties": alone}}},
        "definitions": {"contract": contract, "exemption": exemption},
    }


def _object(cls: type) -> dict[str, Any]:
    keys = keys_of(cls)
    schema: dict[str, Any] = {"type": "object", "additionalProperties": False}
    schema["properties"] = {name: json_schema(key) for name, key in keys.items()}
    required = [name for name, key in keys.items() if key.required]
    return {**schema, "required": required} if required else schema


if __name__ == "__main__":
    print(json.dumps(schema(), indent=2))
