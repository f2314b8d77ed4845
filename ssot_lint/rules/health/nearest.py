"""A path that leads to nothing → the end of a message: where its name is now, or the nearest path there is. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher, get_close_matches

from ssot_lint.links.names import exists
from ssot_lint.links.project import Project
from ssot_lint.links.resolve import Links
from ssot_lint.model.dotted import beginnings

_STATEMENTS = ("class", "def", "assign")

_MOST = 3
"""So many near names are tried."""


def hint(links: Links, path: str, behind: str = "") -> str:
    """What the project has instead of a path. All that it suggests is there, but for what is put ``behind`` it."""
    project, name = links.project, path.rpartition(".")[2]
    places = sorted(_places(project, name))
    if places:
        return f"; did it move to `{max(places, key=lambda one: _likeness(one, path))}{behind}`?"
    above = next((one for one in beginnings(path) if one != path and _is_there(project, one)), "")
    missing, *rest = path[len(above) :].strip(".").split(".")
    if above:
        near = [
            f"{above}.{one}" for one in get_close_matches(missing, sorted(_inside(project, above)), _MOST)
        ]
    else:
        near, rest = get_close_matches(path.rpartition(".")[0], sorted(project.known), _MOST), [name]
    right = [one for one in (".".join([each, *rest]) for each in near) if _is_there(project, one)]
    if right:
        return f"; did you mean `{right[0]}{behind}`?"
    lacks = f"`{above}` has no `{missing}`" if above else "there is no such module in the project"
    return f": {lacks}; the nearest is `{near[0]}`" if near else f": {lacks}"


def _places(project: Project, name: str) -> Iterator[str]:
    """Where modules define something of a name."""
    for module in project.every():
        for one in module.facts.bindings:
            if one.name == name and one.how in _STATEMENTS and not one.where.scope and module.file.module:
                yield f"{module.file.module}.{name}"


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


def _is_there(project: Project, path: str) -> bool:
    return path in _named(project, path) or exists(project, path)


def _inside(project: Project, path: str) -> set[str]:
    """The names of what is in a package, a module or a class."""
    paths = {*project.known, *project.packages, *_named(project, path)}
    return {one[len(path) + 1 :].partition(".")[0] for one in paths if one.startswith(f"{path}.")}


def _named(project: Project, path: str) -> Sequence[str]:
    """The paths of all that is bound in the module of a path, as far as that is known."""
    module, _ = project.find(path)
    if module is None:
        return ()
    return [f"{module.name}.{one}" for one in {*module.facts.named, *module.bound_names}]
