"""What was found out about commits ↔ data in the cache folder, by the commit and the contract.

A commit does not change, so what is known of it is known for good: as long as the settings and this program are the
same. Damaged data counts as not there.
"""

from __future__ import annotations

import contextlib
import datetime
from dataclasses import fields
from typing import NamedTuple, TypeVar

from ssot_lint.cache import key
from ssot_lint.cache.store import Store, digest
from ssot_lint.engine import run
from ssot_lint.model.options import RunOptions
from ssot_lint.settings.settings import Settings
from ssot_lint.tracking.progress import AliasPlace, Birth

T = TypeVar("T")

_VERSION = 3
"""Grows when what is remembered of a commit means something else."""


class StateAliases(NamedTuple):
    """The aliases of a contract in a state of the project, and the names by which its symbol was ever known."""

    aliases: tuple[AliasPlace, ...]
    words: tuple[str, ...]


class StateBirths(NamedTuple):
    """The births of the aliases that a commit has, as far as the clone tells them. ``single`` are those whose name is
    bound so in one function or class of their file alone."""

    births: tuple[Birth, ...]
    single: tuple[AliasPlace, ...]


class CommitMemory:
    """Remembers in the folder of the project's runs, or in none. ``prefix`` is the way to the project in its
    repository."""

    def __init__(self, settings: Settings, prefix: str, how: RunOptions) -> None:
        self._folder = (how.folder or run.own_folder(settings.root)) if how.cache else None
        self._basis = _basis(settings, prefix)

    def key(self, kind: str, commit: str, *more: str) -> str:
        return digest(kind, _VERSION, self._basis, commit, *more)

    def recall(self, kind: type[T], name: str) -> T | None:
        with contextlib.closing(Store(self._folder)) as store:
            return store.recall(kind, name)

    def first(self, kind: type[T], names: list[str]) -> tuple[int, T] | None:
        """The first of some keys that something is remembered by, with its place."""
        with contextlib.closing(Store(self._folder)) as store:
            for place, name in enumerate(names):
                found = store.recall(kind, name) if name in store else None
                if found is not None:
                    return place, found
        return None

    def keep(self, name: str, value: object) -> None:
        with contextlib.closing(Store(self._folder)) as store:
            store.keep({name: value})
            store.save()


def _basis(settings: Settings, prefix: str) -> str:
    """All that a conclusion about a commit depends on besides the commit: what the settings say, and the day if an
    exemption ends on one."""
    ends = any(one.until is not None for one in settings.exemptions)
    said = [
        (one.name, getattr(settings, one.name))
        for one in fields(settings)
        if one.name not in ("root", "file")
    ]
    today = datetime.date.today().isoformat() if ends else ""
    judge = key.of_run(settings, "commit", shapes=())
    return digest(judge, repr(said), today, prefix)
