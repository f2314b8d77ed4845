"""The second round: files that moved, told by what is found in them where git has not been asked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ssot_lint.findings.comparison.pairs import Comparable, New, Old, One, Pairs, Side
from ssot_lint.findings.comparison.renames import common_end, renamed_folders, tail
from ssot_lint.findings.comparison.same_place import loosely


@dataclass(frozen=True, slots=True)
class _File:
    """What is left over of a file: its module, how often each finding is there in each scope, and with which
    surroundings."""

    module: str
    scoped: Counter[Hashable]
    proof: Counter[Hashable]


def found_renames(pairs: Pairs[Old, New]) -> dict[str, str]:
    """Each file that is gone and has findings left over, with the one new file that agrees with it best."""
    had = {one.path for one in pairs.old}
    taken = {*pairs.renamed.values()}

    def may_be_gone(path: str) -> bool:
        return path not in pairs.renamed and pairs.after.has(path) is False

    def may_be_new(path: str) -> bool:
        known = pairs.before.has(path)
        return path not in taken and (path not in had if known is None else not known)

    gone = _files(pairs.old, pairs.left, pairs.before, may_be_gone)
    fresh = _files(pairs.new, pairs.right, pairs.after, may_be_new) if gone else {}
    renamed: dict[str, str] = {}

    def take(path: str, other: str) -> None:
        if path not in renamed and other not in taken:
            renamed[path] = other
            taken.add(other)

    for path, other in _ranked(gone, fresh):
        take(path, other)
    # What moved with its folder may itself have changed, as where it imports from there.
    for folder, new_folder in renamed_folders({**pairs.renamed, **renamed}).items():
        for path in sorted(gone.keys() - renamed.keys()):
            other = new_folder + path.removeprefix(folder)
            if path.startswith(f"{folder}/") and other in fresh:
                take(path, other)
    return renamed


def _ranked(gone: Mapping[str, _File], fresh: Mapping[str, _File]) -> list[tuple[str, str]]:
    """The files that may be one, those that agree best first."""
    holders: dict[Hashable, list[str]] = defaultdict(list)
    for path, file in fresh.items():
        for key in file.scoped:
            holders[key].append(path)
    ranked: list[tuple[tuple[int, ...], str, str]] = []
    for path, file in gone.items():
        for other in {other for key in file.scoped for other in holders.get(key, ())}:
            is_same_module = bool(file.module) and file.module == fresh[other].module
            proof = sum((file.proof & fresh[other].proof).values())
            if proof or is_same_module:
                agreeing = sum((file.scoped & fresh[other].scoped).values())
                rank = (is_same_module, proof, agreeing, common_end(path, other))
                ranked.append((tuple(-number for number in rank), path, other))
    return [(path, other) for _, path, other in sorted(ranked)]


def _files(
    findings: Sequence[One], numbers: Iterable[int], side: Side[One], may: Callable[[str], bool]
) -> dict[str, _File]:
    by_path: dict[str, list[One]] = defaultdict(list)
    for number in numbers:
        by_path[findings[number].path].append(findings[number])
    files = {}
    for path, here in by_path.items():
        if may(path):
            told = [(_scoped(one), side.context(one)) for one in here]
            proof: Counter[Hashable] = Counter(one for one in told if one[1].body)
            files[path] = _File(here[0].module, Counter(key for key, _ in told), proof)
    return files


def _scoped(one: Comparable) -> Hashable:
    return one.contract, one.code, one.scope, tail(loosely(one)[1])
