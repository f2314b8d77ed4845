"""Files → what lies beside each of them, which it imports without any root of imports. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache

from ssot_lint.links.module import Beside, name_of, stem_of
from ssot_lint.model.finding import File


# An editor asks at each key, and there are as many files as the project has.
@lru_cache(maxsize=2)
def neighbours(files: tuple[File, ...]) -> Mapping[str, Beside]:
    """By file, what lies beside it, and what it so imports without any root: Python looks first in the folder of a
    script, and pytest in that of a test, or above the package that it is in. A name that a root has is left to that.
    Tests also find what lies beside tests in the folders above."""
    known = sorted(files)
    inside = {_folder(file.path) for file in known if file.package}
    roots = {
        name.partition(".")[0] for file in known for name in (file.module, *file.also, *file.above) if name
    }
    own: dict[str, dict[str, File]] = {}
    for file in sorted(known, key=lambda one: not one.package):
        folder, stem = _folder(file.path), stem_of(file.path)
        if file.package:
            folder, stem = _folder(folder), folder.rpartition("/")[2]
        if folder and folder not in inside and stem.isidentifier() and stem not in roots:
            own.setdefault(folder, {}).setdefault(stem, file)
    found: dict[str, Beside] = {}
    by_folder: dict[tuple[str, bool], Beside] = {}
    for file in known if own else ():
        key = _folder(file.path), file.tests
        if key not in by_folder:
            by_folder[key] = _beside(*key, own, inside)
        if by_folder[key]:
            found[file.path] = by_folder[key]
    return found


def _beside(
    folder: str, tests: bool, own: Mapping[str, Mapping[str, File]], inside: Collection[str]
) -> Beside:
    while folder in inside:
        folder = _folder(folder)
    found = Beside({name: name_of(file) for name, file in own.get(folder, {}).items()})
    while tests and folder:
        folder = _folder(folder)
        for name, file in own.get(folder, {}).items():
            if file.tests:
                found.setdefault(name, name_of(file))
    return found


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
