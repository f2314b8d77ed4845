"""The findings that were there before → what of a run is among them, what is new, and what has been fixed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from ssot_lint.findings.baseline_file import NONE, Baseline, Recorded, shown_path
from ssot_lint.findings.comparison.difference import difference
from ssot_lint.findings.comparison.surroundings import Sources, Surroundings
from ssot_lint.findings.reach import Files, Gap, Reach, declared, renamed
from ssot_lint.findings.suppress import Suppressed
from ssot_lint.model.errors import Unreadable
from ssot_lint.model.finding import Finding
from ssot_lint.model.rules import ABOUT_ITSELF
from ssot_lint.model.wording import printable
from ssot_lint.settings.members import Parts
from ssot_lint.settings.settings import COMMAND_LINE, Settings
from ssot_lint.sources.tree import Tree

_NAMED = 3
"""So many files are named where something is said of several."""


@dataclass(frozen=True, slots=True)
class Debt:
    """What became of the recorded findings. ``kept`` were found again, ``fixed`` were not; of ``unknown`` the run
    cannot say, each with the reason. ``whole``: the run looked at the whole project."""

    file: str
    kept: tuple[tuple[Recorded, Finding], ...]
    fixed: tuple[Recorded, ...]
    unknown: tuple[tuple[Recorded, Gap], ...]
    whole: bool

    @property
    def moved(self) -> int:
        """How many findings now stand in another file or scope, or belong to a contract with another name."""
        return sum(
            (old.path, old.scope, old.contract) != (new.path, new.scope, new.contract)
            for old, new in self.kept
        )


def is_recorded(finding: Finding) -> bool:
    """Whether a baseline may hold a finding. Findings about the lint itself are never recorded: they say that contracts
    or excuses do not hold."""
    return not finding.code.startswith(ABOUT_ITSELF)


def entries(findings: Iterable[Finding], source: Callable[[str], bytes | None]) -> tuple[Recorded, ...]:
    """The findings that a baseline may hold, as the file has them. ``source`` gives the bytes of a file, or None."""
    code = Sources(source)
    return _counted(_recorded(one, code.context(one)) for one in findings if is_recorded(one))


def _recorded(finding: Finding, around: Surroundings) -> Recorded:
    return Recorded(
        finding.path,
        finding.scope,
        finding.code,
        finding.contract,
        finding.spelled,
        finding.symbol,
        around,
    )


def _counted(told: Iterable[Recorded]) -> tuple[Recorded, ...]:
    """The recorded findings with ordinals, so that no two are equal."""
    counts: Counter[Recorded] = Counter()
    numbered = []
    for entry in told:
        first = replace(entry, ordinal=1)
        counts[first] += 1
        numbered.append(replace(first, ordinal=counts[first]))
    return tuple(numbered)


def sources(settings: Settings, tree: Tree, paths: Collection[str]) -> Callable[[str], bytes | None]:
    """Gives the bytes of a file of the project; None for a path that is not in ``paths``."""
    parts = Parts(settings)

    def source(path: str) -> bytes | None:
        if path not in paths:
            return None
        try:
            return tree.read(path, parts.limit(path))
        except Unreadable:
            return b"\0"

    return source


def files(tree: Tree, source: Callable[[str], bytes | None]) -> Files:
    """What ``Reach`` asks about files. ``source`` is as in ``sources``."""
    return Files(tree.has, Sources(source).statements, source, tree.unseen)


def compared(
    settings: Settings,
    baseline: Baseline,
    findings: Sequence[Finding],
    source: Callable[[str], bytes | None],
    reach: Reach | None,
    exempted: Sequence[Suppressed] = (),
) -> Debt:
    """What became of the recorded findings, given those of a run. ``reach`` is None where the run looked at a part of
    the project, and knows nothing of what is missing. ``exempted`` are findings that the settings excuse: that does not
    fix them. Sources are read only where something has changed."""
    new = [one for one in findings if is_recorded(one)]
    code = Sources(source)
    names = renamed(settings, baseline.entries)
    recorded = {replace(one, contract=names.get(one.contract, one.contract)): one for one in baseline.entries}
    result = difference([*recorded], new, _RecordedSide(), code)
    there = [one for one in exempted if is_recorded(one.finding)] if result.removed else []
    excused = difference(result.removed, [one.finding for one in there], _RecordedSide(), code)
    where = {one.finding: one.where for one in there}
    unknown = [
        (old, Gap("{} excuses what is there", f"the exemption in {where[now]}")) for old, now in excused.kept
    ]
    missing = excused.removed
    gaps = reach.gaps(missing) if reach is not None else [_A_PART] * len(missing)
    told = [*zip(missing, gaps, strict=True)]
    unknown += ((one, gap) for one, gap in told if gap is not None)
    return Debt(
        baseline.file,
        kept=tuple((recorded[old], now) for old, now in result.kept),
        fixed=tuple(recorded[one] for one, gap in told if gap is None),
        unknown=tuple((recorded[one], gap) for one, gap in unknown),
        whole=reach is not None,
    )


_A_PART = Gap("this run looks at a part of the project")


class _RecordedSide:
    """The older side, of which only what is recorded is known."""

    def context(self, one: Recorded) -> Surroundings:
        return one.around

    def has(self, path: str) -> bool | None:
        return None

    def names(self, path: str) -> Collection[str] | None:
        return None

    def contents(self, path: str) -> Collection[tuple[str, str]] | None:
        return None


def is_narrowed(settings: Settings) -> bool:
    """Whether the command line narrows what is reported."""
    return any(settings.sources.get(name) == COMMAND_LINE for name in ("select", "ignore"))


def updated(debt: Debt, found: Sequence[Recorded], new: Sequence[Recorded]) -> tuple[Recorded, ...]:
    """What an up-to-date file records: ``found`` are the findings of ``debt.kept`` as they are now, ``new`` are the
    others. What the run knows nothing about stays."""
    return _counted((*found, *new, *(one for one, _ in debt.unknown)))


def forced(debt: Debt) -> Debt:
    """The same where all that was not found again counts as fixed."""
    return replace(debt, fixed=(*debt.fixed, *(one for one, _ in debt.unknown)), unknown=())


def found_by(
    settings: Settings, entries: Iterable[Recorded], debt: Debt | None = None, was: Baseline = NONE
) -> dict[str, frozenset[str]]:
    """Digests of the settings that recorded findings were found by. They are those of now, but for contracts with
    findings that the run knows nothing about: these keep what the old file says."""
    left = {one.contract for one, _ in debt.unknown} if debt is not None else set()
    now = declared(settings)
    told = {}
    for name in sorted({"", *(one.contract for one in entries)}):
        if name in left or (not name and left):
            told[name] = was.found_by.get(name, frozenset())
        else:
            told[name] = frozenset({now[name]} if name in now else ())
    return told


def sentence(debt: Debt) -> str:
    """How many findings the baseline has, and what has changed: for the end of each run."""
    number = len(debt.kept) + len(debt.unknown)
    if not debt.whole:
        here = f"{_findings(len(debt.kept))} here {'is' if len(debt.kept) == 1 else 'are'}"
        start = here if debt.kept else "no finding here is"
        return f"{start} in the baseline {shown_path(debt.file)}, which has {number} of the whole project"
    changes = []
    if debt.fixed:
        changes.append(f"{len(debt.fixed)} fixed since: run `ssot-lint baseline prune`")
    if debt.moved:
        changes.append(f"{debt.moved} moved since: run `ssot-lint baseline update`")
    more = f" ({'; '.join(changes)})" if changes else ""
    return f"{_findings(number)} in the baseline {shown_path(debt.file)}{more}"


def open_questions(debt: Debt) -> list[str]:
    """A sentence for each reason why a run over the whole project knows nothing about some findings."""
    if not debt.whole:
        return []
    by_reason: dict[str, Counter[str]] = {}
    for _, gap in debt.unknown:
        by_reason.setdefault(gap.why, Counter())[gap.file] += 1
    said = []
    for why, files in sorted(by_reason.items()):
        number = sum(files.values())
        verbs = "that is not found again stays" if number == 1 else "that are not found again stay"
        named = ", ".join(map(printable, sorted(files)[:_NAMED]))
        more = f" and {len(files) - _NAMED} more" if len(files) > _NAMED else ""
        said.append(f"{_findings(number)} {verbs} in {shown_path(debt.file)}, for {why.format(named + more)}")
    return said


def locked(debt: Debt) -> str:
    """Why a run with ``--locked`` fails; empty where it does not."""
    if not debt.fixed:
        return ""
    verb = "finding that is" if len(debt.fixed) == 1 else "findings that are"
    what = f"{shown_path(debt.file)} holds {len(debt.fixed)} {verb} fixed"
    return f"{what}: run `ssot-lint baseline prune` and commit the file"


def _findings(number: int) -> str:
    return f"{number} finding{'s' * (number != 1)}"
