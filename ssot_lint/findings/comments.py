"""Comments in the code → which findings each of them excuses, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ssot_lint.model.exhaustive import assert_never
from ssot_lint.model.finding import Comment, Finding
from ssot_lint.model.rules import ABOUT_ITSELF, CODES
from ssot_lint.model.wording import shown
from ssot_lint.settings.fields import resolve_code

_UNUSED = "SOT904"
_UNEXPLAINED = "SOT906"


@dataclass(slots=True)
class CommentUse:
    """A comment, what it can excuse, and what it has excused.

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


def use_of(comment: Comment) -> CommentUse:
    """A comment of which no use is known yet."""
    match comment.kind:
        case "malformed":
            return CommentUse(comment, malformed=comment.reason)
        case "noqa" | "noqa-file":
            # Prefixes as flake8 has them: any letters, compared with regard to case.
            return CommentUse(comment, {code: code for code in comment.codes or ("",)})
        case "allow":
            return _with_codes(comment) if comment.codes else _for_all(comment)
        case _:
            return assert_never(comment.kind)


def _for_all(comment: Comment) -> CommentUse:
    word = comment.reason.partition(" ")[0].rstrip(":,;.")
    if word in CODES.values():
        # The author means this one rule, and would excuse every rule.
        remedy = f"write `# ssot: allow[{word}] reason`"
        return CommentUse(comment, malformed=f"{shown(word)} stands outside of brackets; {remedy}")
    return CommentUse(comment, {"": ""})


def _with_codes(comment: Comment) -> CommentUse:
    prefixes, wrong = {}, []
    for word in dict.fromkeys(comment.codes):
        try:
            prefix = resolve_code(word, CODES)
        except ValueError as error:
            wrong.append(str(error))
            continue
        if prefix.startswith(ABOUT_ITSELF):
            wrong.append(
                f"{shown(word)} cannot be excused by a comment, only by an exemption in the settings"
            )
        else:
            prefixes[word] = prefix
    return CommentUse(comment, prefixes, wrong)


def excused(finding: Finding, uses: Iterable[CommentUse]) -> CommentUse | None:
    """The first comment that excuses a finding. All that cover it take note of that."""
    first = None
    for use in uses:
        words = _words(use, finding)
        if not words:
            continue
        if finding.suppressible:
            use.used.update(words)
            first = first or use
        else:
            use.barred.update(words)
            use.contracts.setdefault(finding.contract, finding.code)
    return first


def _words(use: CommentUse, finding: Finding) -> list[str]:
    """The words of a comment that cover the finding."""
    comment = use.comment
    if finding.code.startswith(ABOUT_ITSELF):
        return []
    # flake8 does not look into a file that it leaves out, so what is on no line of it is excused as well.
    if comment.kind != "noqa-file" and not comment.first <= finding.span.line <= comment.last:
        return []
    return [word for word, prefix in use.prefixes.items() if finding.code.startswith(prefix)]


def faults(use: CommentUse, path: str, *, is_known: bool) -> Iterator[Finding]:
    """What is wrong with a comment in the file ``path``. ``is_known``: all was found that it could excuse."""
    for code, message in _faults(use, is_known=is_known):
        yield Finding(code, CODES[code], message, path, use.comment.span, suppressible=False)


def _faults(use: CommentUse, *, is_known: bool) -> Iterator[tuple[str, str]]:
    """What is wrong with a comment: codes and messages. ``is_known``: all was found that it could excuse."""
    comment = use.comment
    if use.malformed:
        yield _UNEXPLAINED, use.malformed
        return
    if comment.kind == "allow" or any(word.startswith("SOT") for word in use.barred):
        for contract, code in sorted(use.contracts.items()):
            yield (
                _UNUSED,
                f"the contract {shown(contract)} lets no comment excuse {code}; exempt it in the settings",
            )
    if comment.kind != "allow":
        return
    for message in use.wrong:
        yield _UNUSED, message
    for message in _idle(use) if is_known else ():
        yield _UNUSED, message
    if use.used and not comment.reason:
        words = f"[{', '.join(comment.codes)}]" if comment.codes else ""
        yield _UNEXPLAINED, f"the comment gives no reason; write {shown(f'# ssot: allow{words} reason')}"


def _idle(use: CommentUse) -> Iterator[str]:
    """Messages about what excuses nothing: the comment, or else some words of it."""
    comment = use.comment
    idle = [word for word in use.prefixes if word not in use.used | use.barred]
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
