"""Two states of a project → what a file, and what a symbol, of the newer one was called in the older one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property, lru_cache

from ssot_lint.findings.comparison.renames import common_end, renamed_modules, tail, translated
from ssot_lint.findings.comparison.surroundings import Bound, Sources
from ssot_lint.model.dotted import beginnings
from ssot_lint.model.errors import Unreadable
from ssot_lint.model.finding import File
from ssot_lint.settings.members import Parts
from ssot_lint.settings.settings import Settings
from ssot_lint.sources import listing
from ssot_lint.sources.tree import Tree

_SIMILAR = 0.5
"""Two files are the same under another name if they share this much of their lines, as in git."""


class Codebase:
    """The modules of one state, and what their files bind. ``folder`` is that of the member that asks."""

    def __init__(self, settings: Settings, tree: Tree) -> None:
        self.parts = Parts(settings)
        self.files = {file.path: file for file in listing.listing(settings, tree=tree).files}
        self._tree = tree
        self.read = lru_cache(maxsize=None)(self._read)
        self.code = Sources(self.read)

    def _read(self, path: str) -> bytes | None:
        try:
            return self._tree.read(path, self.parts.limit(path)) if path in self.files else None
        except Unreadable:
            return None

    @cached_property
    def _modules(self) -> dict[str, list[File]]:
        found: dict[str, list[File]] = {}
        for file in self.files.values():
            for name in file.names:
                found.setdefault(name, []).append(file)
        return found

    def split(self, dotted: str, folder: str) -> tuple[File | None, str, str]:
        """The file of the module that a path begins with, the path of that module, and the rest. Of several files the
        one in ``folder`` is meant."""
        for module in beginnings(dotted):
            found = self._modules.get(module)
            if found:
                own = [one for one in found if self.parts.folder(one.path) == folder]
                return (own or found)[0], module, dotted[len(module) + 1 :]
        return None, "", dotted

    def has(self, dotted: str, folder: str) -> bool:
        file, _, rest = self.split(dotted, folder)
        return file is not None and self.binds(file.path, rest)

    def binds(self, path: str, name: str) -> bool:
        """Whether a file has a name, or may have it."""
        if not name:
            return True
        bound = self.code.bound(path)
        if bound is None:
            return True
        first = name.partition(".")[0]
        if first in bound:
            return name == first or not bound[first] or name in (self.code.names(path) or ())
        return "*" in bound or "__getattr__" in bound

    def keeps(self, dotted: str, folder: str, now: str) -> bool:
        """Whether a path still has a definition of its own, beside ``now``, which may have taken its place."""
        file, _, rest = self.split(dotted, folder)
        return file is not None and self.defines(file.path, rest, tail(now))

    def defines(self, path: str, name: str, now: str) -> bool:
        """Whether a file defines a name without using ``now``, as a forwarder would."""
        return name in (self.code.names(path) or ()) and (
            name == now or now not in self.code.uses(path, name)
        )

    def kind(self, path: str, name: str) -> Bound:
        """What a file binds to a name at its level; empty where it has no such definition."""
        return (self.code.bound(path) or {}).get(name, "")

    def body(self, path: str, name: str) -> set[str]:
        return {body for one, body in self.code.contents(path) or () if one == name}


class Ancestry:
    """Two states, and what files and symbols of the newer one were called in the older one."""

    def __init__(self, old: Codebase, new: Codebase) -> None:
        self.old, self.new = old, new
        self._origins: dict[str, str | None] = {}

    def renamed(self) -> dict[str, str]:
        """The files that are gone, with the files that they are likely to be now."""
        fresh = [path for path in self.new.files if path not in self.old.files]
        return {old: path for path in fresh if (old := self.origin(path)) is not None}

    def origin(self, path: str) -> str | None:
        """The path that a file of the newer state had in the older one; None where it was not there."""
        if path in self.old.files:
            return path
        if path not in self._origins:
            self._origins[path] = self._origin(path)
        return self._origins[path]

    def _origin(self, path: str) -> str | None:
        """The file that is gone and shares most lines with a new one."""
        own = _lines(self.new.read(path))
        total = sum(own.values())
        best: tuple[float, int, str] | None = None
        for other, lines in self._gone.items():
            common = sum((own & lines).values())
            share = common / max(total, sum(lines.values()), 1)
            if share >= _SIMILAR or (not total and not lines):
                best = max(filter(None, (best, (share, common_end(path, other), other))))
        return best[2] if best else None

    @cached_property
    def _gone(self) -> dict[str, Counter[bytes]]:
        gone = sorted(self.old.files.keys() - self.new.files.keys())
        return {path: _lines(self.old.read(path)) for path in gone}

    def then(self, dotted: str, folder: str, hints: Sequence[str] = ()) -> str | None:
        """What a path was called; None where the older state has no such thing."""
        if self.old.has(dotted, folder):
            return dotted
        file, module, rest = self.new.split(dotted, folder)
        was = self.origin(file.path) if file is not None else None
        name_then = self._module(was, module) if was is not None else ""
        if was is not None and name_then and self.old.binds(was, rest):
            return _joined(name_then, rest)
        for hint in hints:
            if self.old.has(hint, folder) and not self.new.keeps(hint, folder, dotted):
                return hint
        if file is None or not rest:
            return self._by_folders(dotted, folder)
        if was is not None and name_then:
            found = self._in_file(was, file.path, rest)
            if found:
                return _joined(name_then, found)
        return self._anywhere(file.path, rest)

    def _module(self, path: str, module: str) -> str:
        """Of the names that an old file had as a module, the one most like its name now."""
        return max(
            self.old.files[path].names,
            key=lambda one: common_end(one.replace(".", "/"), module.replace(".", "/")),
            default="",
        )

    def _by_folders(self, dotted: str, folder: str) -> str | None:
        """What a path was called, where only its package is known, and was renamed."""
        back = {new: old for old, new in self.renamed().items()}
        found = translated(dotted, renamed_modules(back))
        return found if found != dotted else None

    def _in_file(self, was: str, path: str, name: str) -> str:
        """What a definition was called in the older file; empty where that is not certain."""
        names = self.new.code.names(path) or ()
        bodies = self.new.body(path, name)
        same = {
            one
            for one, body in self.old.code.contents(was) or ()
            if body in bodies and one and one not in names
        }
        if len(same) == 1:
            return min(same)
        kind = self.new.kind(path, name)
        before, after = self.old.code.bound(was) or {}, self.new.code.bound(path) or {}
        lost = [one for one, what in before.items() if what == kind and not self.new.defines(path, one, name)]
        got = [one for one, what in after.items() if what == kind and one not in before]
        return lost[0] if kind and len(lost) == 1 and got == [name] else ""

    def _anywhere(self, path: str, name: str) -> str | None:
        """Where a definition came from, if only one old file had and lost one of that name and content."""
        bodies = self.new.body(path, name)
        word = name.rpartition(".")[2].encode()
        found = []
        for other, file in self.old.files.items():
            is_candidate = word in (self.old.read(other) or b"") and bodies & self.old.body(other, name)
            if is_candidate and name not in (self.new.code.names(other) or ()) and file.module:
                found.append(_joined(file.module, name))
        return found[0] if len(found) == 1 else None


def _lines(data: bytes | None) -> Counter[bytes]:
    return Counter(line for line in (data or b"").splitlines() if line.strip())


def _joined(module: str, rest: str) -> str:
    return f"{module}.{rest}" if rest else module
