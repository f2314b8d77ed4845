"""A folder that is linted: its files, and the names that its contracts are about."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SKIPPED = shutil.ignore_patterns(
    ".ssot_lint_cache", ".ruff_cache", ".mypy_cache", ".pytest_cache", "__pycache__"
)


class Unusable(Exception):
    """A project that cannot be measured. Its text says why."""


@dataclass(frozen=True, slots=True)
class Project:
    """All paths are relative to ``root``, with forward slashes."""

    root: Path
    settings: str
    """The settings file, if it is not the one that ssot-lint finds; else empty."""
    files: tuple[str, ...]
    symbol: str
    """The bare name of the first contract's canonical symbol."""
    banned: tuple[str, ...]
    """The dotted names of all contracts that a linter of imports could forbid."""
    words: tuple[str, ...]
    """The bare names that a text search would look for."""


def project(root: Path, settings: str, ssot_lint: Sequence[str], environment: Mapping[str, str]) -> Project:
    """Reads contracts as ssot-lint reads them. Raises Unusable."""
    chosen = ("--config", settings) if settings else ()
    done = subprocess.run(
        (*ssot_lint, "config", "--format", "json", *chosen),
        cwd=root,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Unusable(done.stderr.strip() or f"ssot-lint config ended with status {done.returncode}")
    contracts = [
        {key: entry["value"] for key, entry in contract["keys"].items()}
        for each in json.loads(done.stdout)["projects"]
        for contract in each["contracts"].values()
        if isinstance(contract["keys"].get("canonical", {}).get("value"), str)
    ]
    if not contracts:
        raise Unusable("no contract has one canonical symbol")
    banned = tuple(dict.fromkeys(name for contract in contracts for name in dotted_names(contract)))
    return Project(
        root,
        settings,
        tuple(python_files(root)),
        contracts[0]["canonical"].rpartition(".")[2],
        banned,
        tuple(dict.fromkeys(name.rpartition(".")[2] for name in banned)),
    )


def dotted_names(contract: Mapping[str, Any]) -> Iterator[str]:
    """The canonical path, the implementation's, and the retired ones; a bare retired name as if it stood in the
    canonical module. Patterns are left out."""
    canonical = contract["canonical"]
    yield canonical
    if contract.get("implementation"):
        yield contract["implementation"]
    for name in contract.get("retired") or ():
        if "*" not in name:
            yield name if "." in name else f"{canonical.rpartition('.')[0]}.{name}"


def python_files(root: Path) -> Iterator[str]:
    """The paths of all Python files that do not lie in hidden folders."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.endswith(".py"):
                yield Path(folder, name).relative_to(root).as_posix()


def copied(source: Path, target: Path) -> Path:
    """A copy of a project without caches, so that nothing is ever written to the original."""
    shutil.copytree(source, target, symlinks=True, ignore=_SKIPPED)
    return target


def naming(project: Project) -> str:
    """A file from the middle of the project that names the symbol. Raises Unusable."""
    return _first(project, True)


def not_naming(project: Project) -> str:
    """A file from the middle of the project that does not. Raises Unusable."""
    return _first(project, False)


def thinned(files: Sequence[str], count: int) -> tuple[str, ...]:
    """At most so many of the files, evenly spread."""
    step = max(-(-len(files) // count), 1)
    return tuple(files[::step])


def _first(project: Project, wanted: bool) -> str:
    half = len(project.files) // 2
    for path in project.files[half:] + project.files[:half]:
        if (project.symbol.encode() in (project.root / path).read_bytes()) is wanted:
            return path
    raise Unusable(f"{'no file names' if wanted else 'all files name'} {project.symbol}")
