"""A state of a project that may change → the same as it was at the last look: each thing is looked at once, until
``look_again``."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ssot_lint.sources.tree import Contents, Tree


class Looked:
    """For a front end that is told when files change. The bytes of files are not kept: they are read anew."""

    def __init__(self, base: Tree) -> None:
        self.base = base
        self._contents: Contents | None = None
        self._said: list[str | None] = []
        self._stamps: dict[str, str] = {}
        self.looks = 0
        """How often it was told that something may have changed."""

    def look_again(self) -> None:
        """Something may have changed."""
        self.looks += 1
        self._contents = None
        self._said.clear()
        self._stamps.clear()

    @property
    def key(self) -> str:
        return self.base.key

    def contents(self) -> Contents:
        if self._contents is None:
            self._contents = self.base.contents()
        return self._contents

    def said(self) -> str | None:
        if not self._said:
            self._said.append(self.base.said())
        return self._said[0]

    def resolve(self, given: str) -> str | None:
        return self.base.resolve(given)

    def is_folder(self, path: str) -> bool:
        return self.base.is_folder(path)

    def has(self, path: str) -> bool:
        return self.base.has(path)

    def unseen(self, paths: Collection[str]) -> Collection[str]:
        return self.base.unseen(paths)

    def read(self, path: str, limit: int) -> bytes:
        return self.base.read(path, limit)

    def stamps(self, paths: Sequence[str], before: int) -> list[str]:
        new = [path for path in paths if not self._stamps.get(path)]
        # What is not certain is not kept: the next look may be.
        self._stamps.update(zip(new, self.base.stamps(new, before), strict=True))
        return [*map(self._stamps.__getitem__, paths)]

    def below(self, folder: str) -> Tree:
        return self.base.below(folder)

    def only(self, paths: Collection[str]) -> Tree:
        return self.base.only(paths)
