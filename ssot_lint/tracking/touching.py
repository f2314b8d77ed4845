"""A survey and a contract → the files with the role of tests that touch it, and which of them test a retired name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ssot_lint.model.contracts import ClassContract
from ssot_lint.model.dotted import beginnings
from ssot_lint.model.facts import Ref
from ssot_lint.model.finding import File, Finding
from ssot_lint.rules.evidence import Evidence, texts
from ssot_lint.rules.identity import retired_name
from ssot_lint.tracking.fixtures import Fixtures, FunctionPlace
from ssot_lint.tracking.progress import TouchingTest, Way

_ORDER: tuple[Way, ...] = ("import", "name", "string", "fixture")


class _Touch:
    """How one file touches the contract, and in which functions, with whether by a retired name."""

    def __init__(self) -> None:
        self.ways: set[Way] = set()
        self.retired = False
        self.scopes: dict[str, bool] = {}

    def add(self, way: Way, scope: str, retired: bool) -> None:
        self.ways.add(way)
        self.retired = self.retired or retired
        self.scopes[scope] = self.scopes.get(scope, False) or retired

    def around(self) -> dict[str, bool]:
        """The functions, also those around others."""
        found: dict[str, bool] = {}
        for scope, retired in self.scopes.items():
            for one in beginnings(scope) if scope else ():
                found[one] = found.get(one, False) or retired
        return found


def tests_of(
    evidences: Iterable[Evidence],
    findings: Iterable[Finding],
    files: dict[str, File],
    fixtures: Callable[[], Fixtures],
) -> tuple[TouchingTest, ...]:
    """``files`` are those with the role of tests. ``fixtures`` is asked only if some function of theirs touches the
    contract."""
    found: dict[str, _Touch] = {}
    for evidence in evidences:
        path = evidence.module.file.path
        if path in files:
            for way, scope, retired in _touches(evidence):
                found.setdefault(path, _Touch()).add(way, scope, retired)
    for finding in findings:
        if finding.path in files and not finding.code.startswith("SOT9"):
            found.setdefault(finding.path, _Touch()).add("name", finding.scope, False)
    functions = {
        FunctionPlace(path, scope): retired
        for path, touch in found.items()
        for scope, retired in touch.around().items()
    }
    asking = fixtures().reached(functions) if functions else {}
    told = []
    for path in sorted({*found, *asking}):
        touch, own = found.get(path, _Touch()), asking.get(path, {})
        ways = {*touch.ways, *(["fixture"] if own else [])}
        retired = touch.retired or any(own.values())
        told.append(
            TouchingTest(path, retired, tuple(one for one in _ORDER if one in ways), tuple(sorted(own)))
        )
    return tuple(told)


def _touches(evidence: Evidence) -> Iterator[tuple[Way, str, bool]]:
    """The places of a file that name the symbol, or what makes it: the way, the scope, whether by a retired name."""
    links, module = evidence.links, evidence.module
    retired = {match.span for match in retired_name.check(evidence)} if _has_retired(evidence) else set()
    for one in module.facts.imports:
        path = evidence.absolute(one.target) if one.name != "*" else ""
        if one.span in retired or (path and links.path(path) is not None):
            yield "import", one.where.scope, one.span in retired
    for use in module.facts.uses:
        if use.ref.span in retired:
            yield "name", use.where.scope, True
        elif links.ref(use.ref, module) is not None:
            # What is read by a name that an import binds is touched by the import.
            way: Way = "name" if "." in use.ref.spelled else "import"
            yield way, use.where.scope, _is_retired(evidence, use.ref)
    for binding in module.facts.bindings:
        if binding.span in retired:
            yield "name", binding.where.scope, True
    if isinstance(links.contract, ClassContract):
        for text in module.facts.texts:
            path = texts.path(evidence, text) or ""
            old = bool(path and links.roles.retired(path))
            if old or (path and links.path(path) is not None):
                yield "string", text.where.scope, old


def _has_retired(evidence: Evidence) -> bool:
    contract = evidence.links.contract
    return isinstance(contract, ClassContract) and bool(contract.retired)


def _is_retired(evidence: Evidence, ref: Ref) -> bool:
    """Whether a name goes by a retired path, as one that an import has bound."""
    if not _has_retired(evidence):
        return False
    first = ref.spelled.partition(".")[0]
    if evidence.links.roles.retired_name(first):
        return True
    paths = (evidence.absolute(target) for target in ref.targets if target[:1] not in (":", "?"))
    return any(evidence.links.roles.retired(path) for path in paths if path)


def test_files(modules: Iterable[File]) -> dict[str, File]:
    return {file.path: file for file in modules if file.tests}
