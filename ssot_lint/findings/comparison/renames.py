"""Paths of files and dotted paths, and what becomes of them where files are renamed."""

from __future__ import annotations

from collections.abc import Mapping

from ssot_lint.model.dotted import beginnings


def renamed_modules(renamed: Mapping[str, str]) -> dict[str, str]:
    """Dotted paths of renamed files and of the folders that they show to be renamed, old to new, from each folder that
    both have in common: it may be a root of imports."""
    modules: dict[str, str] = {}
    # Folders come last: of their files not all need be where they were.
    for old, new in [*renamed.items(), *renamed_folders(renamed).items()]:
        ours, theirs = _parts(old), _parts(new)
        for start in range(min(len(ours), len(theirs))):
            if start and ours[start - 1] != theirs[start - 1]:
                break
            modules.setdefault(".".join(ours[start:]), ".".join(theirs[start:]))
    return modules


def renamed_folders(renamed: Mapping[str, str]) -> dict[str, str]:
    """The folders that renamed files show to be renamed: what their paths do not have in common at the end."""
    folders: dict[str, str] = {}
    for old, new in renamed.items():
        common = common_end(old, new)
        above, below = old.split("/")[:-common], new.split("/")[:-common]
        if common and above and below:
            folders.setdefault("/".join(above), "/".join(below))
    return folders


def _parts(path: str) -> list[str]:
    parts = path.removesuffix("i").removesuffix(".py").split("/")
    return parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts


def translated(dotted: str, modules: Mapping[str, str]) -> str:
    """A dotted path, where its longest beginning that is among the modules has the other name."""
    known = next((one for one in beginnings(dotted) if one in modules), None) if modules else None
    return dotted if known is None else f"{modules[known]}{dotted[len(known) :]}"


def common_end(path: str, other: str) -> int:
    """How many parts two paths have in common, from the end."""
    common = 0
    for one, two in zip(reversed(path.split("/")), reversed(other.split("/")), strict=False):
        if one != two:
            break
        common += 1
    return common


def tail(dotted: str) -> str:
    """The last part of a dotted path."""
    return dotted.rpartition(".")[2]
