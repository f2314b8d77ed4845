"""The sketches of a project → drafts for its classes: each name that is worth it is asked about, and what facts and
links say becomes a contract."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.discovery.candidates import Candidate, candidates
from ssot_lint.discovery.draft import body
from ssot_lint.discovery.kinds.drafts import Draft
from ssot_lint.discovery.naming import COMMON, OLD_WORD
from ssot_lint.discovery.observed import observed
from ssot_lint.discovery.project import SketchedProject
from ssot_lint.discovery.shortlist import counts_of, shortlist
from ssot_lint.links.index import Index

MOST = 6
"""So many class statements of one name are asked about."""


def statements(project: SketchedProject) -> list[str]:
    """The dotted paths of the class statements that are worth a closer look."""
    asked = shortlist([(one.file, one.sketch) for one in project.looked if not one.set_aside])
    found: dict[str, list[str]] = {name: [] for name in sorted(asked)}
    for one in project.looked:
        if one.is_ours:
            for name in one.sketch.classes:
                if name in found and name not in one.sketch.values:
                    found[name].append(f"{one.file.module}.{name}")
    return [path for paths in found.values() for path in paths[:MOST]]


def seen(project: SketchedProject, index: Index) -> tuple[Candidate, ...]:
    """The candidates for contracts among the classes that the index has probes for, the most evident first."""
    sketches = [(one.file, one.sketch) for one in project.looked if not one.set_aside]
    doubles = [(file, name) for file, sketch in sketches if file.tests for name in sketch.classes]
    classes = observed(index, project.lines)
    return candidates([classes[path] for path in sorted(classes)], doubles, counts_of(sketches))


def drafts(found: tuple[Candidate, ...]) -> Iterator[Draft]:
    names: set[str] = set()
    for one in found:
        if is_sick(one) and one.name not in names:
            names.add(one.name)
            yield _draft(one)


def is_sick(one: Candidate) -> bool:
    """Whether more speaks for a contract than that a package hands a class of its own on, as packages do."""
    if one.is_settings:
        return bool(one.builds)
    if OLD_WORD.search(one.name) and not one.name[-1].isdigit():
        # Whoever calls a class old wants to be rid of it, and not to keep others to it.
        return False
    if one.name in COMMON:
        return bool(one.retired and one.paths)
    apart = [path for path in one.paths if not is_facade(path.what, one)]
    renamed = [name for name in one.names if name.note == "renamed by an import"]
    # A second name right beside the class is its author's wish, unless it looks old.
    home = (one.implementation or one.canonical).at.path
    given = [name for name in one.names if name not in renamed and name.at.path != home]
    other_names = len(given) + len(one.retired)
    gone_round = bool(one.factories and one.isolated_by and one.builds)
    return bool(other_names or apart or gone_round or len(renamed) > 2)


def is_facade(path: str, one: Candidate) -> bool:
    """Whether a path is that of a package above the module in which the class is, or of that module itself."""
    home = (one.implementation or one.canonical).what.rpartition(".")[0]
    module = path.rpartition(".")[0]
    return home == module or home.startswith(f"{module}.")


def _draft(one: Candidate) -> Draft:
    canonical = one.canonical.what
    paths = [{"path": canonical, "importers": one.canonical_users}]
    paths += [{"path": path.what, "importers": path.number} for path in one.paths]
    names = [
        {"name": name.what, "path": name.at.path, "line": name.at.line, "note": name.note}
        for name in (*one.retired, *one.names)
    ]
    shared = [{"name": kept.what, "path": kept.at.path, "line": kept.at.line} for kept in one.shared]
    evidence = {
        "paths": paths,
        "names": names,
        "factories": [factory.what for factory in (*one.factories, *one.rivals)],
        "shared": shared,
    }
    claims = [canonical, *([one.implementation.what] if one.implementation is not None else [])]
    return Draft(
        "class",
        canonical,
        one.name,
        tuple(body(one)),
        users=one.users,
        ways=1 + len(one.paths) + len(one.names) + len(one.retired) + len(one.rivals),
        shared=len(one.shared),
        evidence=evidence,
        claims=tuple(claims),
        names=tuple(name.what for name in (*one.retired, *one.names)),
        at=one.canonical.at.path,
        apart=one.users - one.canonical_users + len({built.at.path for built in one.builds}),
    )
