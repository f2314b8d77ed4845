"""The laws of `ssot-lint fix`, over projects that are made up and run."""

from __future__ import annotations

import ast
import difflib
import os
import re
import stat
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from projects import PLAIN, Project, Runner, projects, put

from ssot_lint.cli.fix import saving
from ssot_lint.engine.fix import FixOptions, Repaired, fix
from ssot_lint.engine.report import Report
from ssot_lint.engine.run import check
from ssot_lint.model.finding import Finding, Tier
from ssot_lint.model.options import RunOptions
from ssot_lint.sources import projects as sources
from ssot_lint.sources.disk import Disk

QUIET = RunOptions(cache=False)

SAFE = FixOptions()
TIERS: frozenset[Tier] = frozenset(["safe", "unsafe"])
OPTIONS = st.sampled_from([SAFE, SAFE, FixOptions(TIERS), FixOptions(TIERS, removes_shims=True)])

# An example judges a project about five times, and may run it twice.
LAWS = settings(
    max_examples=max(2, settings.default.max_examples // 5),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    one = Runner()
    yield one
    one.close()


def repaired(folder: Path, wanted: FixOptions = SAFE) -> Repaired:
    """What a run of `fix` makes of a project; it is written."""
    (project,), _ = sources.projects([str(folder)], file=None)
    found = fix(project.settings, Disk(os.path.realpath(folder)), wanted, how=QUIET)
    _, problems = saving.saved(found, saving.edits(found, folder, str(folder)), folder)
    assert not problems
    return found


def checked(folder: Path) -> Report:
    (project,), _ = sources.projects([str(folder)], file=None)
    return check(project.settings, how=QUIET)


def counted(findings: Iterable[Finding]) -> Counter[tuple[str, str]]:
    """Without the codes: a shim that is imported no more goes by another one."""
    return Counter((one.path, one.contract) for one in findings if not one.code.startswith("SOT9"))


def told(project: Project, found: Repaired) -> None:
    """What a person needs to see of a project that breaks a law."""
    for path, text in project.files.items():
        note(f"--- {path}\n{text}")
    for path, data in found.new.items():
        note(f"+++ {path}\n{data.decode(project.forms[path].encoding if path in project.forms else 'utf-8')}")
    for one in found.done:
        note(f"{one.path}:{one.span.line}: {one.code} {one.fix}")


@LAWS
@given(projects(), OPTIONS)
def test_what_is_fixed_is_gone_and_nothing_else_comes(project: Project, wanted: FixOptions) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = put(project, Path(place))
        before = checked(folder)
        found = repaired(folder, wanted)
        told(project, found)
        for path in found.new.keys() - found.removed:
            ast.parse((folder / path).read_bytes())
        after = checked(folder)
        was, fixed = counted(before.findings), counted(found.done)
        for key, number in counted(after.findings).items():
            assert number <= was[key] - fixed[key], key
        places = {(one.path, one.contract, one.span) for one in before.findings}
        for one in after.findings:
            unchanged = one.path not in found.new and not one.code.startswith("SOT9")
            assert not unchanged or (one.path, one.contract, one.span) in places, one
        assert after.findings == found.report.findings
        again = repaired(folder, wanted)
        assert not again.new, "a second run changes something"


@LAWS
@given(projects(), OPTIONS)
def test_programs_stay_as_they_are(runner: Runner, project: Project, wanted: FixOptions) -> None:
    with tempfile.TemporaryDirectory() as old, tempfile.TemporaryDirectory() as new:
        put(project, Path(old))
        found = repaired(put(project, Path(new)), wanted)
        told(project, found)
        if not found.new:
            return
        before, after = runner.seen(Path(old), Path(new))
        gone = {path.removesuffix(".py").replace("/", ".") for path in found.removed}
        retired = {name for one in found.done if one.fix is not None for name in one.fix.retires}
        for module in before.keys() - gone:
            same(module, before[module], after[module], retired, is_safe=wanted is SAFE)


def same(module: str, was: dict[str, Any], now: dict[str, Any], retired: set[str], *, is_safe: bool) -> None:
    if isinstance(was["has"], str):
        # It failed before; what it then says of the symbol may be said earlier or later.
        return
    assert isinstance(now["has"], dict), f"{module} raises {now['has']}"
    for name, value in was["has"].items():
        if f"{module}.{name.rstrip(':')}" not in retired:
            assert now["has"].get(name, "gone") == value, f"{module}.{name}"
    if is_safe:
        for what in ("check", "docs", "again"):
            if what in was and not str(was[what]).endswith("Error"):
                assert now.get(what) == was.get(what), f"{module}: {what}"


# -- texts

_ROW = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


def ends(rows: list[bytes]) -> set[bytes]:
    return {row[len(row.rstrip(b"\r\n")) :] for row in rows}


@LAWS
@given(projects(), OPTIONS, st.sampled_from([0o644, 0o600, 0o755]))
def test_only_what_must_change_changes(project: Project, wanted: FixOptions, mode: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = put(project, Path(place))
        for path in project.files:
            os.chmod(folder / path, mode)
        found = repaired(folder, wanted)
        told(project, found)
        for path in project.files.keys() - found.removed:
            data = (folder / path).read_bytes()
            assert stat.S_IMODE(os.stat(folder / path).st_mode) == mode
            if path not in found.new:
                assert data == project.bytes_of(path)
            else:
                unchanged_but_for_names(path, project, data)


def unchanged_but_for_names(path: str, project: Project, data: bytes) -> None:
    """Only lines with an import or with a name of the symbol's have changed, and those around keep their ends."""
    was = project.bytes_of(path)
    form = project.forms.get(path, PLAIN)
    encoding = form.encoding
    assert data.startswith(b"\xef\xbb\xbf") == was.startswith(b"\xef\xbb\xbf")
    old, new = _ROW.findall(was), _ROW.findall(data)
    lines = import_lines(was)
    names = names_of(was) | {"Hub", "OldHub", "LegacyHub", "_Hub"}
    word = re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b|\bapp\.")
    for kind, first, last, start, stop in difflib.SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if kind == "equal":
            continue
        for number in range(first, last):
            if new and old[number].rstrip(b"\r\n") == new[-1] and not form.last:
                # It is the last now, and has no end.
                continue
            text = old[number].decode(encoding)
            assert number + 1 in lines or word.search(text) or not text.strip(), (
                f"{path}:{number + 1}: {text!r}"
            )
        assert ends(new[start:stop]) <= (
            ends(old) | {b""} if len(ends(old)) > 1 or ends(old) != {b""} else {b"\n", b""}
        ), path
        if last - first == stop - start:
            for one, other in zip(old[first:last], new[start:stop], strict=True):
                if one.split()[:1] == other.split()[:1] and number_of_words(one) == number_of_words(other):
                    assert ends([one]) == ends([other]) or other is new[-1], path
    if old and not ends(old[-1:]) - {b""}:
        assert not new or not ends(new[-1:]) - {b""}, f"{path} has got a last end"
    if old and ends(old[-1:]) != {b""}:
        assert not new or ends(new[-1:]) != {b""}, f"{path} has lost its last end"


def number_of_words(row: bytes) -> int:
    return len(row.split())


def import_lines(data: bytes) -> set[int]:
    found: set[int] = set()
    for node in ast.walk(ast.parse(data)):
        if isinstance(node, ast.Try):
            found.update(range(node.lineno, node.body[0].lineno))
            found.update(
                line for one in node.handlers for line in range(one.lineno, (one.end_lineno or 0) + 1)
            )
        if isinstance(node, ast.If) and all(isinstance(one, ast.ImportFrom) for one in node.body):
            found.add(node.lineno)
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return found


def names_of(data: bytes) -> set[str]:
    """What a file calls the symbol, and the names of what it takes it from."""
    found = set()
    for node in ast.walk(ast.parse(data)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in (
            "app",
            "hub",
            "old",
            "_impl",
            "",
        ):
            found.update(one.asname or one.name for one in node.names)
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(
            node.value, (ast.Name, ast.Attribute)
        ):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found.update(one.id for one in targets if isinstance(one, ast.Name))
    return found - {"*"}
