"""Settings and what judges → the key under which a run is remembered: all that a verdict depends on but the files."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import fields
from functools import cache
from importlib.util import find_spec
from typing import Final

from ssot_lint import __version__
from ssot_lint.cache.store import digest
from ssot_lint.settings import plugins
from ssot_lint.settings.settings import Settings

_AFTERWARDS: Final = frozenset(
    "root file select ignore per_path_ignores severity tests_ignore tests_severity fail_on baseline exemptions sources"
    " members workspace".split()
)
"""Settings that no verdict depends on: they say where things are, or are applied to it. Of members see ``_said``."""


def of_run(settings: Settings, state: str, *, shapes: Iterable[str]) -> str:
    """``state`` tells one state of the project from others, as in ``Tree.key``; ``shapes`` are the fields of what is
    remembered."""
    judge = (
        __version__,
        _own_build(),
        tuple(shapes),
        sys.version_info[:3],
        _inference(),
        plugins.stamps(_plugins(settings)),
    )
    return digest("last", state, *judge, _said(settings))


def _plugins(settings: Settings) -> set[str]:
    members = (one.settings for one in settings.workspace if one.settings is not None)
    return {*settings.plugins, *(name for one in members for name in one.plugins)}


@cache
def _own_build() -> bytes:
    """The build that this process has loaded, whatever becomes of its files meanwhile."""
    return _build(os.path.dirname(os.path.dirname(__file__)))


def _build(package: str) -> bytes:
    """What tells one build of a version of this package from others, as of two states of a branch: the hashes in the
    installer's list of files, which are the same on all machines. Where sources are used as they are, their sizes and
    times."""
    record = os.path.join(os.path.dirname(package), f"ssot_lint-{__version__}.dist-info", "RECORD")
    with contextlib.suppress(OSError), open(record, "rb") as stream:
        ours = os.fsencode(os.path.basename(package)) + b"/"
        listed = [line for line in stream.read().splitlines() if line.startswith(ours) and b".py," in line]
        if listed:
            return b"\n".join(sorted(listed))
    return "\n".join(sorted(_stamps(package))).encode()


def _stamps(folder: str) -> Iterator[str]:
    """A line for each module below a folder."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                state = entry.stat()
                yield f"{entry.path} {state.st_size} {state.st_mtime_ns}"
            elif "." not in entry.name and entry.name != "__pycache__":
                yield from _stamps(entry.path)


def _inference() -> bytes:
    """What tells one version of astroid from others. It is not imported for that."""
    found = find_spec("astroid")
    if found is None or found.origin is None:
        return b""
    with (
        contextlib.suppress(OSError),
        open(os.path.join(os.path.dirname(found.origin), "__pkginfo__.py"), "rb") as stream,
    ):
        return stream.read()
    return b""


def _said(settings: Settings) -> str:
    """All that the settings say about what is found."""
    said: list[tuple[str, object]] = [
        (one.name, getattr(settings, one.name)) for one in fields(settings) if one.name not in _AFTERWARDS
    ]
    said += ((one.folder, one.settings and _said(one.settings)) for one in settings.workspace)
    # What is wrong with a contract is reported where it is declared.
    places = sorted(item for item in settings.sources.items() if item[0].startswith("contracts."))
    return repr((settings.label, said, places))
