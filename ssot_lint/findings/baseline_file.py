"""The file of findings that were there before ↔ what is recorded in it.

One finding a line, sorted, without lines or columns:

    app/cli.py main SOT201 room Parlour -> app.rooms.Room 8b5e1fdadc9d/4ece9c277594

That is path, scope, code, contract, the name as it is spelled, the symbol, and the digests of the statement and of
the definition around it (see ``surroundings``), then the definition's name where the scope is another, then ``#2`` and
so on where lines would be equal. What is empty is ``-``; blanks and what does not print are escaped as in URLs.

The second line of the file ends with digests of the settings that the findings were found by: those that say which
files are judged, and each contract. Where these are others, a finding that is missing may not be fixed (see ``reach``).

**Merges.** git cannot merge when two branches delete lines that stand side by side. So above each finding is a line
with a number that no other has, and it stays when the finding goes: between two findings there is always a line
that no branch touches, and branches that each fix something merge cleanly. ``tidy`` takes the idle numbers away.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ssot_lint.findings.comparison.surroundings import Surroundings
from ssot_lint.model.errors import Unreadable, Unusable
from ssot_lint.model.wording import printable, shown
from ssot_lint.settings.settings import Settings
from ssot_lint.sources import disk
from ssot_lint.sources.tree import Tree

FILE = "ssot-baseline.txt"
VERSION = 1

_LIMIT = 256 * 1024 * 1024
HEADER = "# ssot-lint baseline, version "
_HEAD = (
    f"{HEADER}{VERSION}",
    "# Findings that were there before, one a line: `ssot-lint baseline --help`. The numbers keep merges apart.",
)
_FOUND_BY = re.compile(re.escape(_HEAD[1]) + r" Settings: (.+)")
_DECLARED = re.compile(r"(?:(\S+) )?([0-9a-f]{8})")
_VERSION = re.compile(rf"{HEADER}(\d{{1,9}})")
_MARKER = re.compile(r"(<{7}|>{7}|\|{7})( |$)|={7}$")
_DIGESTS = re.compile(r"([0-9a-f]{12}|-)/([0-9a-f]{12}|-)(/\S+)?")
_ESCAPED = re.compile(r"(?:%[0-9A-F]{2})+")
_LINE_END = re.compile("\r\n|\r|\n")
_CODE = re.compile(r"SOT[0-9]{3}")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Recorded:
    """A finding as the file has it. The fields are those of ``model.Finding``; ``ordinal`` counts equal ones from 1."""

    path: str
    scope: str
    code: str
    contract: str
    spelled: str
    symbol: str
    around: Surroundings
    ordinal: int = 1

    @property
    def module(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Baseline:
    """``file`` is the absolute path, empty where there is none; ``body`` are the lines below the head. ``found_by`` has
    digests of the settings that the findings were found by, see ``reach.declared``: several where a merge has taken
    both sides, none where they are not known."""

    file: str = ""
    entries: tuple[Recorded, ...] = ()
    body: tuple[str, ...] = ()
    found_by: Mapping[str, frozenset[str]] = field(default_factory=dict)


NONE = Baseline()


def place(settings: Settings, given: str | None = None) -> str:
    """The absolute path of the baseline: what is given, relative to the working directory, or what the settings say,
    relative to their root. Empty where there is none."""
    if given is not None:
        return os.path.abspath(given)
    return os.path.abspath(settings.root / settings.baseline) if settings.baseline else ""


def read(file: str, *, resolve: bool = False) -> Baseline:
    """What is in a file. Unusable when it is no baseline that can be read, a sentence for each mistake. ``resolve``:
    of a merge that git could not do, all lines of both sides are taken."""
    if not file:
        return NONE
    label = shown_path(file)
    if not os.path.lexists(file):
        raise Unusable(f"{label}: there is no such baseline; make it with `ssot-lint baseline create`")
    try:
        data = disk.read(Path(file).parent, os.path.basename(file), _LIMIT)
    except Unreadable as problem:
        raise Unusable(f"{label}: {problem}") from None
    return parse(data, file, label, resolve=resolve)


def named(settings: Settings, tree: Tree) -> Baseline:
    """The baseline that the settings name, as it is in a state of the project. Raises Unusable, as ``read`` does."""
    if not tree.key:
        return read(place(settings))
    given = settings.baseline or ""
    path = tree.resolve(given)
    if path is None:
        raise Unusable(f"{printable(given)}: this baseline lies outside of what git has of the project")
    try:
        return parse(tree.read(path, _LIMIT), place(settings), printable(path))
    except Unreadable as problem:
        raise Unusable(
            f"{printable(path)}: {problem}; make it with `ssot-lint baseline create`, and commit it"
        ) from None


def parse(data: bytes, file: str, label: str, *, resolve: bool = False) -> Baseline:
    """As ``read``, of the file's bytes; ``label`` is its name in sentences."""
    try:
        rows = list(enumerate(_LINE_END.split(data.decode("utf-8-sig")), 1))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unusable(f"{label}:{line}: is not UTF-8; {_RESTORE}") from None
    markers = [number for number, row in rows if _MARKER.match(row)]
    if markers and not resolve:
        raise Unusable(
            f"{label}:{markers[0]}: holds conflict markers of a merge; run `ssot-lint baseline update`, which takes "
            "the lines of both sides and drops what is fixed"
        )
    rows = [(number, row) for number, row in rows if not _MARKER.match(row) and row.strip()]
    _look_at_version(rows, label)
    entries, wrong = [], []
    for number, row in rows:
        if not row.startswith("#"):
            entry = _entry(row.rstrip())
            if entry is None:
                wrong.append(f"{label}:{number}: {shown(row)} is no recorded finding")
            else:
                entries.append(entry)
    if wrong:
        more = [f"{label}: {len(wrong) - _SHOWN} more lines are none"] if len(wrong) > _SHOWN else []
        raise Unusable("\n".join([*wrong[:_SHOWN], *more, f"{label}: {_RESTORE}"]))
    # Where git has taken the lines of both sides, some may be there twice.
    unique = tuple(dict.fromkeys(entries))
    heads = [found for _, row in rows if (found := _FOUND_BY.fullmatch(row.rstrip()))]
    body = () if markers else tuple(row.rstrip() for _, row in rows if not row.startswith(_HEAD))
    return Baseline(file, unique, body, _found_by(found[1] for found in heads))


def _found_by(heads: Iterable[str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for told in (one for head in heads for one in head.split(", ")):
        match = _DECLARED.fullmatch(told)
        if match:
            found.setdefault(_plain(match[1] or "-"), set()).add(match[2])
    return {name: frozenset(said) for name, said in found.items()}


_RESTORE = "restore it from git, or remove it and run `ssot-lint baseline create`"


def _look_at_version(rows: Sequence[tuple[int, str]], label: str) -> None:
    first = rows[0][1] if rows else ""
    found = _VERSION.fullmatch(first.rstrip())
    if found is None:
        what = f"begins with {shown(first)} and not" if first else "is empty, and does not begin"
        raise Unusable(f"{label}: is no baseline of ssot-lint: it {what} with `{_HEAD[0]}`; {_RESTORE}")
    if int(found[1]) != VERSION:
        raise Unusable(
            f"{label}: has version {found[1]} of the format, and this ssot-lint reads version {VERSION}: "
            "it was written by a newer one, which is needed to read it"
        )


def shown_path(file: str) -> str:
    """A path as messages show it: relative to the working directory."""
    try:
        return printable(Path(os.path.relpath(file)).as_posix())
    except ValueError:  # Windows has no relative path from one drive to another.
        return printable(file)


def line(entry: Recorded) -> str:
    around = entry.around
    digests = f"{around.statement or '-'}/{around.body or '-'}"
    if around.definition != entry.scope:
        digests += f"/{_escaped(around.definition)}"
    ordinal = f" #{entry.ordinal}" if entry.ordinal > 1 else ""
    where = " ".join(map(_escaped, (entry.path, entry.scope, entry.code, entry.contract, entry.spelled)))
    return f"{where} -> {_escaped(entry.symbol)} {digests}{ordinal}"


def _entry(row: str) -> Recorded | None:
    """The finding of a line; None when it is not exactly as ``line`` writes it."""
    parts = row.split(" ")
    ordinal = 1
    if len(parts) == 9 and re.fullmatch(r"#[1-9][0-9]{0,8}", parts[-1]):
        ordinal = int(parts.pop()[1:])
    if (
        len(parts) != 8
        or parts[5] != "->"
        or not _CODE.fullmatch(parts[2])
        or not _DIGESTS.fullmatch(parts[7])
    ):
        return None
    try:
        path, scope, code, contract, spelled = map(_plain, parts[:5])
        statement, body, *definition = parts[7].split("/", 2)
        around = Surroundings(
            "" if statement == "-" else statement,
            "" if body == "-" else body,
            _plain(definition[0]) if definition else scope,
        )
        entry = Recorded(path, scope, code, contract, spelled, _plain(parts[6]), around, ordinal)
    except UnicodeDecodeError:
        return None
    return entry if line(entry) == row else None


def _escaped(text: str) -> str:
    """The text without blanks, without what does not print, and never empty; ``_plain`` gives it back."""
    if not text:
        return "-"
    if text == "-":
        return "%2D"
    return "".join(
        char
        if char.isprintable() and char not in " %#" and not (number == 0 and char in "<>=|")
        else "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogatepass"))
        for number, char in enumerate(text)
    )


def _plain(text: str) -> str:
    if text == "-":
        return ""
    return _ESCAPED.sub(
        lambda found: bytes.fromhex(found[0].replace("%", "")).decode("utf-8", "surrogatepass"), text
    )


def render(
    entries: Iterable[Recorded],
    body: Sequence[str] = (),
    found_by: Mapping[str, Collection[str]] | None = None,
) -> str:
    """The text of a file that records ``entries``. ``body`` are the lines below the head of the file that it replaces:
    they keep their order, and only lines of findings that are gone are dropped. ``found_by`` is as in ``Baseline``."""
    wanted = sorted({line(entry) for entry in entries})
    was = [row for row in body if not row.startswith("#")]
    if was != sorted(set(was)):
        # Git has taken the lines of both sides: there is no order to keep.
        body, was = (), []
    new = [row for row in wanted if row not in set(was)]
    kept = {*wanted} & {*was}
    used = {row for row in body if row.startswith("#")}
    rows: list[str] = []
    idle: list[str] = []

    def put(row: str) -> None:
        """Adds a finding, below an idle number if there is one at this place."""
        rows.extend((idle.pop(0) if idle else _number(row, used), row))

    new.reverse()
    for row in body:
        if row.startswith("#"):
            idle.append(row)
        elif row in kept:
            own = [idle.pop()] if idle else [_number(row, used)]
            while new and new[-1] < row:
                put(new.pop())
            rows += [*idle, *own, row]
            idle.clear()
    while new:
        put(new.pop())
    return "".join(f"{row}\n" for row in (*_head(found_by or {}), *rows, *idle))


def _head(found_by: Mapping[str, Collection[str]]) -> tuple[str, str]:
    said = [
        f"{_escaped(name)} {one}" if name else one
        for name in sorted(found_by)
        for one in sorted(found_by[name])
    ]
    return _HEAD[0], f"{_HEAD[1]} Settings: {', '.join(said)}" if said else _HEAD[1]


def _number(row: str, used: set[str]) -> str:
    """A number that no line of the file has."""
    number = row
    while True:
        number = hashlib.sha256(number.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        if f"# {number}" not in used:
            used.add(f"# {number}")
            return f"# {number}"
