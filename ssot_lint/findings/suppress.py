"""Findings, comments and exemptions → the findings that are left, those that are excused, and by what. Pure.

- An exemption of the settings excuses a finding when all its parts hold: ``path`` is a glob, ``code`` a code
  or a prefix, ``contract`` a name; ``symbol`` is compared with the finding's symbol, its spelling and what it
  resolves to, or with their last parts when it has no dot. It can excuse any finding but the one about
  itself. It holds through the day ``until``.
- A comment excuses the findings that start on a line it covers (see ``comments``), but never SOT9xx, nor a
  finding of a contract with ``suppressible = false``: for these there are only exemptions.
- Whatever excuses a finding counts as used, also when several do.

What is wrong with the excuses is found here too, and only an exemption can excuse it:

- SOT904 unused-exemption: a comment of ours that excuses nothing; a word in its brackets that excuses
  nothing, names no rule, or names what no comment can excuse; a comment of ours, or a ``noqa`` with the code,
  on a finding that its contract lets no comment excuse; an exemption that excuses nothing, judged only when
  the whole project was. An unused ``noqa`` is no finding.
- SOT905 expired-exemption: it excuses nothing any more. Judged when the whole project was, or when it would
  have excused something.
- SOT906 unexplained-exemption: a comment of ours without a reason, which excuses all the same (where it
  excuses nothing it is SOT904 alone); one that is malformed, or has the name of a rule outside of brackets,
  which excuses nothing.

Nothing is said to be unused where it could excuse what is not known: no comment in a file with SOT900, and no exemption
that covers one; while a contract does not hold, no comment, and no exemption that can be about it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import NamedTuple

from ssot_lint.model.finding import Comment, Finding, Span
from ssot_lint.model.wording import shown
from ssot_lint.settings.fields import resolve_code
from ssot_lint.settings.globs import matches
from ssot_lint.settings.settings import Exemption, Settings

_ITSELF = "SOT9"
"""The family of findings about the lint itself."""
_UNPARSABLE = "SOT900"
_UNUSED = "SOT904"
_EXPIRED = "SOT905"
_UNEXPLAINED = "SOT906"
_EXCUSES_NOTHING = "excuses nothing; remove it"


class Suppressed(NamedTuple):
    """``by`` is ``comment PATH:LINE`` or ``exemption FILE:LINE``; ``reason`` is what is given there."""

    finding: Finding
    by: str
    reason: str

    @property
    def kind(self) -> str:
        """``comment`` or ``exemption``."""
        return self.by.partition(" ")[0]


class Outcome(NamedTuple):
    """Both are sorted by path, span and code. ``kept`` has this stage's own SOT904 to SOT906, too."""

    kept: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]


_HARMLESS = frozenset(("SOT903", "SOT904", "SOT905", "SOT906"))
"""Findings about the lint itself that do not say that a contract is at fault."""


def at_fault(about: Iterable[Finding]) -> dict[tuple[str, str], str]:
    """The contracts that do not hold, by the file that declares them and the name that they have there, with the code
    that says so. ``about`` are findings about the settings, before anything is excused."""
    return {(one.path, one.contract): one.code for one in about if one.contract and one.code not in _HARMLESS}


def apply(
    findings: Sequence[Finding],
    comments: Mapping[str, tuple[Comment, ...]],
    settings: Settings,
    today: datetime.date,
    *,
    whole: bool,
    judged: Callable[[str], bool],
    codes: Mapping[str, str],
    doubtful: Collection[str] = (),
) -> Outcome:
    """Take from the findings what is excused, and add what is wrong with the excuses.

    ``findings`` are sorted, and all that the judged files have: before ``select``, ``ignore`` and
    ``per-path-ignores``, which would make the excuses of what they leave out look unused. ``comments`` are
    by path, and judged only in files that are. ``whole``: all files of the project are judged. ``codes`` has
    the name of the rule of each code. ``doubtful`` are contracts that do not hold, so that nothing is found of them.
    """
    excuses = {path: [_excuse(one, codes) for one in comments[path]] for path in sorted(comments)}
    file = settings.sources.get("exemptions", settings.label)
    claims = [_Claim(one, _is_over(one, today)) for one in settings.exemptions]
    kept: list[Finding] = []
    suppressed: list[Suppressed] = []

    def settle(finding: Finding, itself: _Claim | None = None) -> None:
        claim = _claimed(finding, claims, itself)
        excuse = _excused(finding, excuses.get(finding.path, ()))
        if claim:
            by = f"exemption {file}:{claim.exemption.line}"
            suppressed.append(Suppressed(finding, by, claim.exemption.reason))
        elif excuse:
            by = f"comment {finding.path}:{excuse.comment.span.line}"
            suppressed.append(Suppressed(finding, by, excuse.comment.reason))
        else:
            kept.append(finding)

    for finding in findings:
        settle(finding)
    broken = {finding.path for finding in findings if finding.code == _UNPARSABLE}
    for path, here in excuses.items():
        for excuse in here if judged(path) and path not in broken else ():
            for code, message in _faults(excuse, is_known=not doubtful):
                settle(_finding(code, message, path, excuse.comment.span, codes))
    for claim in claims:
        if claim.over and (whole or claim.used):
            settle(_about(claim, _EXPIRED, _ended(claim), file, codes), claim)
    known = [claim for claim in claims if _is_known(claim.exemption, broken, doubtful)] if whole else []
    for claim in _unused(known, file, codes):
        settle(_about(claim, _UNUSED, _EXCUSES_NOTHING, file, codes), claim)
    return Outcome(
        tuple(sorted(kept, key=_place)),
        tuple(sorted(suppressed, key=lambda one: _place(one.finding))),
    )


def _place(finding: Finding) -> tuple[str, Span, str]:
    return finding.path, finding.span, finding.code


def _finding(code: str, message: str, path: str, span: Span, codes: Mapping[str, str]) -> Finding:
    return Finding(code, codes[code], message, path, span, suppressible=False)


# Comments.


@dataclass(slots=True)
class _Excuse:
    """A comment, what it excuses, and what came of it.

    ``prefixes`` has for each of its words the code or prefix of codes that it stands for; where the comment
    names none, the empty word stands for all. ``wrong`` are messages about the other words. ``malformed``
    says why it is none at all. ``used`` are the words that excuse a finding, ``barred`` those that would if
    the contract let them; ``contracts`` are these contracts, each with a code of such a finding.
    """

    comment: Comment
    prefixes: Mapping[str, str] = field(default_factory=dict)
    wrong: Sequence[str] = ()
    malformed: str = ""
    used: set[str] = field(default_factory=set)
    barred: set[str] = field(default_factory=set)
    contracts: dict[str, str] = field(default_factory=dict)


def _excuse(comment: Comment, codes: Mapping[str, str]) -> _Excuse:
    if comment.kind == "malformed":
        return _Excuse(comment, malformed=comment.reason)
    if comment.kind != "allow":
        # Prefixes as flake8 has them: any letters, compared with regard to case.
        return _Excuse(comment, {code: code for code in comment.codes or ("",)})
    if not comment.codes:
        word = comment.reason.partition(" ")[0].rstrip(":,;.")
        if word in codes.values():
            # Whoever writes so wants to excuse this, and would excuse everything.
            remedy = f"write `# ssot: allow[{word}] reason`"
            return _Excuse(comment, malformed=f"{shown(word)} stands outside of brackets; {remedy}")
        return _Excuse(comment, {"": ""})
    prefixes, wrong = {}, []
    for word in dict.fromkeys(comment.codes):
        try:
            prefix = resolve_code(word, codes)
        except ValueError as error:
            wrong.append(str(error))
            continue
        if prefix.startswith(_ITSELF):
            wrong.append(
                f"{shown(word)} cannot be excused by a comment, only by an exemption in the settings"
            )
        else:
            prefixes[word] = prefix
    return _Excuse(comment, prefixes, wrong)


def _excused(finding: Finding, excuses: Iterable[_Excuse]) -> _Excuse | None:
    """The first comment that excuses the finding. Notes in all of them what they do for it."""
    first = None
    for excuse in excuses:
        words = _words(excuse, finding)
        if not words:
            continue
        if finding.suppressible:
            excuse.used.update(words)
            first = first or excuse
        else:
            excuse.barred.update(words)
            excuse.contracts.setdefault(finding.contract, finding.code)
    return first


def _words(excuse: _Excuse, finding: Finding) -> list[str]:
    """The words of a comment that cover the finding."""
    comment = excuse.comment
    if finding.code.startswith(_ITSELF):
        return []
    # flake8 does not look into a file that it leaves out, so what is on no line of it is excused as well.
    if comment.kind != "noqa-file" and not comment.first <= finding.span.line <= comment.last:
        return []
    return [word for word, prefix in excuse.prefixes.items() if finding.code.startswith(prefix)]


def _faults(excuse: _Excuse, *, is_known: bool) -> Iterator[tuple[str, str]]:
    """What is wrong with a comment: codes and messages. ``is_known``: all was found that it could excuse."""
    comment = excuse.comment
    if excuse.malformed:
        yield _UNEXPLAINED, excuse.malformed
        return
    if comment.kind == "allow" or any(word.startswith("SOT") for word in excuse.barred):
        for contract, code in sorted(excuse.contracts.items()):
            yield (
                _UNUSED,
                f"the contract {shown(contract)} lets no comment excuse {code}; exempt it in the settings",
            )
    if comment.kind != "allow":
        return
    for message in excuse.wrong:
        yield _UNUSED, message
    for message in _idle(excuse) if is_known else ():
        yield _UNUSED, message
    if excuse.used and not comment.reason:
        words = f"[{', '.join(comment.codes)}]" if comment.codes else ""
        yield _UNEXPLAINED, f"the comment gives no reason; write {shown(f'# ssot: allow{words} reason')}"


def _idle(excuse: _Excuse) -> Iterator[str]:
    """Messages about what excuses nothing: the comment, or else some words of it."""
    comment = excuse.comment
    idle = [word for word in excuse.prefixes if word not in excuse.used | excuse.barred]
    where = (
        f"in line {comment.first}"
        if comment.first == comment.last
        else f"in lines {comment.first} to {comment.last}"
    )
    if idle and len(idle) == len(set(comment.codes) or {""}):
        what = " or ".join(shown(word) for word in idle if word)
        yield f"the comment excuses nothing: {f'no {what}' if what else 'no finding'} {where}; remove it"
    else:
        yield from (f"{shown(word)} excuses nothing {where}; remove it from the brackets" for word in idle)


# Exemptions.


@dataclass(slots=True)
class _Claim:
    """An exemption. ``used``: it excuses a finding, or would if it were not over."""

    exemption: Exemption
    over: bool
    used: bool = False


def _is_over(exemption: Exemption, today: datetime.date) -> bool:
    return exemption.until is not None and exemption.until < today


def _is_known(exemption: Exemption, broken: Iterable[str], doubtful: Collection[str]) -> bool:
    """Whether all was found that an exemption could excuse."""
    if doubtful and (not exemption.contract or exemption.contract.partition("@")[0] in doubtful):
        return False
    return not any(not exemption.path or matches(exemption.path, path) for path in broken)


def _claimed(finding: Finding, claims: Iterable[_Claim], itself: _Claim | None) -> _Claim | None:
    """The first exemption that excuses the finding, which is about ``itself``. Notes the use of all."""
    first = None
    for claim in claims:
        if claim is not itself and _covers(claim.exemption, finding):
            claim.used = True
            first = first or (None if claim.over else claim)
    return first


def _covers(exemption: Exemption, finding: Finding) -> bool:
    return (
        finding.code.startswith(exemption.code)
        and exemption.contract in ("", finding.contract)
        and (not exemption.path or matches(exemption.path, finding.path))
        and (not exemption.symbol or _is_named(exemption.symbol, finding))
    )


def _is_named(pattern: str, finding: Finding) -> bool:
    """Whether the finding is about a symbol of that name, dotted path, or pattern of either."""
    names = (finding.symbol, finding.spelled, finding.resolved)
    dotted = "." in pattern
    return any(name and fnmatchcase(name if dotted else name.rpartition(".")[2], pattern) for name in names)


def _ended(claim: _Claim) -> str:
    rest = "repair what it excused, then remove it" if claim.used else "it covers nothing; remove it"
    return f"ended on {claim.exemption.until}: {rest}"


def _unused(claims: Sequence[_Claim], file: str, codes: Mapping[str, str]) -> list[_Claim]:
    """The exemptions that excuse nothing, not even what would be found about another one of them."""
    unused = [claim for claim in claims if not claim.over and not claim.used]
    for claim in unused:
        if not claim.used:
            _claimed(_about(claim, _UNUSED, _EXCUSES_NOTHING, file, codes), unused, claim)
    return [claim for claim in unused if not claim.used]


def _about(claim: _Claim, code: str, what: str, file: str, codes: Mapping[str, str]) -> Finding:
    exemption = claim.exemption
    parts = ("path", "code", "contract", "symbol")
    given = [f"{part} {shown(getattr(exemption, part))}" for part in parts if getattr(exemption, part)]
    span = Span(exemption.line, 0, exemption.line, 0)
    return _finding(code, f"the exemption of {', '.join(given)} {what}", file, span, codes)
