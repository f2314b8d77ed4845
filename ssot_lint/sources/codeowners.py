"""A project's root → the CODEOWNERS file of its repository, read; the only one who knows where that stands."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ssot_lint.model.errors import Unreadable, Unusable
from ssot_lint.model.wording import shown
from ssot_lint.sources import codeowners_text as owners
from ssot_lint.sources import disk, git

PLACES: Final = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
"""Where GitHub and GitLab look, from the repository's top. The first that is there counts, as it does for them."""

NONE_FOUND: Final = (
    "nothing says who owns what: there is no CODEOWNERS file; "
    f"write one at the repository's top, as {', '.join(PLACES[:-1])} or {PLACES[-1]}"
)

_GITLAB_CI: Final = ".gitlab-ci.yml"

_LIMIT: Final = 3_000_000
"""Bytes. GitHub loads no larger one."""

_LINES: Final = 20_000
"""More make the answer slow, and no file that people wrote has as many."""


@dataclass(frozen=True, slots=True)
class Codeowners:
    """A file that was found. ``place`` is its path from the repository's top, ``prefix`` the way from there to the
    project's root: empty, or with a slash at its end."""

    place: str
    prefix: str
    owners: owners.Owners

    def of(self, path: str) -> tuple[str, ...]:
        """The owners of a file of the project, by its path relative to the root; empty: nobody."""
        return self.owners.of(self.prefix + path)

    def complaints(self) -> tuple[str, ...]:
        """A note on the lines that count for nothing, as the host has it; at most one."""
        if not self.owners.skipped:
            return ()
        line, why = self.owners.skipped[0]
        more = f" ({len(self.owners.skipped) - 1} more)" if len(self.owners.skipped) > 1 else ""
        return (f"line {line} of {shown(self.place)} counts for nothing, as it {why}{more}",)


def of_projects(roots: Iterable[Path]) -> list[Codeowners | None]:
    """The file that holds for each project, by its root; None where there is none. The repository's top may lie
    above the root; without a repository the root is the top. Unusable when a file cannot be read."""
    read: dict[str, tuple[str, owners.Owners] | None] = {}
    found: list[Codeowners | None] = []
    for root in roots:
        real = os.path.realpath(root)
        top = git.repository(real) or real
        if top not in read:
            read[top] = _at_top(top)
        there = read[top]
        prefix = "" if real == top else f"{os.path.relpath(real, top).replace(os.sep, '/')}/"
        found.append(Codeowners(there[0], prefix, there[1]) if there else None)
    return found


def _at_top(top: str) -> tuple[str, owners.Owners] | None:
    for place in PLACES:
        there = os.path.join(top, place)
        if os.path.lexists(there) and not os.path.isdir(there):
            return place, _parsed(top, place)
    return None


def _parsed(top: str, place: str) -> owners.Owners:
    # A link among the folders must not lead out of the repository, either.
    path = disk.path_in(Path(top), place, Path(top))
    if path is None:
        raise Unusable(f"{shown(place)} lies behind a link that leads out of the repository")
    try:
        data = disk.read(Path(top), path, _LIMIT)
    except Unreadable as error:
        raise Unusable(f"{shown(place)} {error}") from None
    # The names of files are bytes: what is no UTF-8 is kept, as it is in paths.
    text = data.decode("utf-8", "surrogateescape")
    if text.count("\n") > _LINES:
        raise Unusable(f"{shown(place)} has more than {_LINES} lines")
    return owners.parse(text, gitlab=_is_for_gitlab(top, place, text))


def _is_for_gitlab(top: str, place: str, text: str) -> bool:
    """By its folder, if that tells; by what GitLab alone knows; by what else the repository has."""
    if place.startswith((".github/", ".gitlab/")):
        return place.startswith(".gitlab/")
    if owners.has_sections(text):
        return True
    return os.path.lexists(os.path.join(top, _GITLAB_CI)) and not os.path.lexists(
        os.path.join(top, ".github")
    )
