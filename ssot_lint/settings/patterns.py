"""Settings and the files of a state → what each of their patterns matches, and those that match nothing. Pure."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterable, Iterator

from ssot_lint.model.wording import printable, shown
from ssot_lint.settings.globs import any_matches, matches
from ssot_lint.settings.members import Part
from ssot_lint.settings.positions import spelled
from ssot_lint.settings.settings import Settings

KEYS = ("exclude", "tests", "per-path-ignores")
"""The settings that are patterns of files."""

_WILD = frozenset("*?[")


def patterns(settings: Settings, key: str) -> Iterable[str]:
    """The patterns under one key."""
    return {"exclude": settings.exclude, "tests": settings.tests}.get(key, settings.per_path_ignores)


def role_is_tests(path: str, settings: Settings) -> bool:
    """Whether a file, by its path relative to the root, has the role of tests."""
    return any_matches(settings.tests, path)


def count(part: Part, pattern: str, paths: Iterable[str]) -> int:
    """How many files a pattern covers. ``paths`` are relative to the root, and those of others do not count."""
    return sum(matches(pattern, path) for path in _own(part, paths))


def _own(part: Part, paths: Iterable[str]) -> Iterator[str]:
    return (part.inside(path) for path in paths if not part.base or path.startswith(f"{part.base}/"))


def idle(
    part: Part, keys: Collection[str], paths: Collection[str], is_folder: Callable[[str], bool]
) -> Iterator[str]:
    """Says of each pattern of the settings file itself that it matches no file. What is shared by several projects need
    not match in each, and what leads to a folder that git ignores leads somewhere. ``paths`` include what is
    excluded."""
    settings = part.settings
    for key in keys:
        for text in patterns(settings, key):
            place = (key, text) if key == "per-path-ignores" else (key,)
            if settings.sources.get(spelled(place)) != settings.label:
                continue
            fixed = _fixed(text)
            if (fixed and is_folder(posixpath.join(part.base, fixed))) or any(
                matches(text, path) for path in _own(part, paths)
            ):
                continue
            file = printable(part.outside(settings.label))
            near = _near(text, fixed, _own(part, paths))
            yield f"{file}: `{key}` has {shown(text)}, and that matches no file{near}"


def _fixed(text: str) -> str:
    """The folders that a pattern begins with, as far as they are plain."""
    parts = text.rstrip("/").split("/")
    wild = next((place for place, part in enumerate(parts) if _WILD & set(part)), len(parts))
    return "/".join(parts[:wild])


def _near(text: str, fixed: str, paths: Iterable[str]) -> str:
    """The pattern with the nearest folder or file in the place of what is plain in it."""
    from difflib import get_close_matches

    depth = fixed.count("/") + 1
    known = {"/".join(path.split("/")[:depth]) for path in paths} if fixed else ()
    near = get_close_matches(fixed, sorted(known), 1)
    return f"; did you mean {shown(near[0] + text[len(fixed) :])}?" if near else ""
