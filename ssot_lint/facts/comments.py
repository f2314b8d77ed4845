"""Bytes of one file → the comments in it that excuse something. Pure, never raises, knows no rule.

Ours: ``# ssot: allow[SOT201, alias-import] reason``, for all codes ``# ssot: allow reason``.

- It may follow other comments on a line of code (``# type: ignore  # ssot: allow[SOT201] reason``). Blanks,
  capitals and a ``:`` or ``-`` before the reason are as one likes. The reason ends at the next comment.
- Behind code it covers the whole logical line that holds it: a simple statement, or the header of a compound
  one (from ``def`` to the colon), never its body. Inside brackets that is the statement they belong to.
- On a line of its own, which it then begins, it covers the next logical line of code, past blank lines and
  comments; above or among decorators, all these and the header below. With no code below, itself.
- What is meant as one and is none (``alow[SOT201]``, a bracket left open, ``allow(SOT201)``, ``allow
  SOT201``) is of the kind ``malformed``: it excuses nothing, and its reason is what is wrong. All that
  follows ``# ssot:`` in small letters is meant. ``# SSOT:`` begins prose, unless ``allow`` or a word with
  codes in brackets follows; the sentence ``# SSOT: Allow …`` is prose.
- What stands in a string is no comment. Below a fault that leaves a file without tokens none is found.

flake8's: ``# noqa``, ``# noqa: SOT201``, ``# flake8: noqa``. They are read as flake8 reads them, traps
included: also in strings; of several on what flake8 takes for one line the first counts;
``# noqa:because`` means all codes; ``# flake8: noqa: SOT101`` means the whole file and all codes.
"""

from __future__ import annotations

import difflib
import io
import re
import tokenize
from collections.abc import Iterator, Sequence

from ssot_lint.model.finding import Comment, CommentKind, Span
from ssot_lint.model.wording import shown

_ROUGH = re.compile(
    rb"#[ \t]*ssot(?:[-_ ]?lint)?[ \t]*(?::|[a-z]+[ \t]*[\[({])|# (?:noqa|fla)", re.IGNORECASE
)
"""Matches wherever there is a comment of ours or of flake8's, and in few other files. Quick."""

# Equal to flake8's in what they match, which a test holds. They are not ASCII-only, as flake8's are not.
_NOQA = re.compile(r"# noqa(?::\s?(?P<codes>(?:[A-Z]+[0-9]+[,\s]*)+))?", re.IGNORECASE)
_NOQA_FILE = re.compile(r"\s*# flake8[:=]\s*noqa", re.IGNORECASE)

_OURS = re.compile(r"(?<!\S)#+[ \t]*(ssot(?:[-_ ]?lint)?)[ \t]*(:?)[ \t]*", re.IGNORECASE | re.ASCII)
_WORD = re.compile(r"\w+(?:-\w+)*")
_NEXT_COMMENT = re.compile(r"(?<!\S)#+\s*(?=[^\W\d])")
"""Where a further comment begins on the same line; ``bug #12`` begins none."""
_CODE = re.compile(r"SOT\d{1,3}\b", re.IGNORECASE | re.ASCII)
_BRACKETED_CODE = re.compile(r"\s*[\[({]\s*SOT\d", re.IGNORECASE | re.ASCII)
_SYNONYMS = ("disable", "exempt", "ignore", "noqa", "off", "skip", "suppress")
_SEPARATORS = ":=-\N{EN DASH}\N{EM DASH} \t"
_FORM = "`# ssot: allow[SOT201] reason`"

_NO_CODE = frozenset({tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER})
_BROKEN = (tokenize.TokenError, SyntaxError, ValueError, MemoryError, RecursionError)
"""What ``tokenize`` raises, in one version or another, where a file is not Python."""


def read(data: bytes) -> tuple[Comment, ...]:
    """The comments in the order of their places. Columns do not count a byte order mark. A ``noqa-file``
    covers the lines of the file, a ``malformed`` one its own."""
    lower = data.lower()
    if not ((b"ssot" in lower or b"noqa" in lower) and _ROUGH.search(data)) and not _has_cookie(data):
        return ()
    lines = _lines(data)
    found = [*_noqa_file(lines), *_noqa(lines), *_allow(lines)]
    return tuple(sorted(found, key=lambda one: (one.span, one.kind)))


def _has_cookie(data: bytes) -> bool:
    """Whether the file may name its encoding: some encodings hide letters from a search in bytes."""
    end = data.find(b"\n", data.find(b"\n") + 1)
    return b"coding" in (data if end < 0 else data[:end])


def _lines(data: bytes) -> Sequence[str]:
    """The physical lines, each with a line feed whatever it ended in, decoded as flake8 decodes them."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, ValueError, LookupError):
        text = data.decode("latin-1").removeprefix("\xef\xbb\xbf")
    # Not `splitlines`, which also breaks at form feeds and other marks that end no line of Python.
    return io.StringIO(text.removeprefix("\ufeff"), newline=None).readlines()


def _tokens(lines: Sequence[str]) -> Iterator[tokenize.TokenInfo]:
    """The tokens one by one: a list of them takes hundreds of times the file's size."""
    if any("\0" in line for line in lines):
        # Such a file is no Python, and CPython 3.12.1 may end its tokens in a SystemError.
        raise ValueError("source code cannot contain null bytes")
    return tokenize.generate_tokens(iter(lines).__next__)


# flake8's comments.


def _noqa_file(lines: Sequence[str]) -> Iterator[Comment]:
    for number, line in enumerate(lines, 1):
        match = _NOQA_FILE.match(line)
        if match:
            start = line.index("#")
            yield Comment("noqa-file", Span(number, start, number, match.end()), (), "", 1, len(lines))
            return


def _noqa(lines: Sequence[str]) -> Iterator[Comment]:
    candidates = {number for number, line in enumerate(lines, 1) if _NOQA.search(line)}
    if not candidates:
        return
    try:
        ranges = [
            (first, last)
            for first, last in _ranges(lines)
            if not candidates.isdisjoint(range(first, last + 1))
        ]
    except _BROKEN:
        ranges = []
    # A line that is in none of them flake8 looks at by itself.
    alone = candidates.difference(*(range(first, last + 1) for first, last in ranges))
    ranges += ((number, number) for number in sorted(alone))
    for first, last in ranges:
        joined = "".join(lines[first - 1 : last])
        match = _NOQA.search(joined)
        if match:
            codes = tuple(code for code in re.split(r"[,\s]", match["codes"] or "") if code)
            written = match[0].rstrip().rstrip(",")
            span = _span(joined, first, match.start(), match.start() + len(written))
            yield Comment("noqa", span, codes, "", first, last)


def _ranges(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The lines that flake8 searches as one: those between two line ends that no string and no backslash
    swallows. A line end in brackets is one of them."""
    first, last = len(lines) + 2, 0
    for kind, _, (start, _), (end, _), _ in _tokens(lines):
        if kind in (tokenize.DEDENT, tokenize.ENDMARKER):
            continue
        first, last = min(first, start), max(last, end)
        if kind in (tokenize.NL, tokenize.NEWLINE):
            yield first, last
            first, last = len(lines) + 2, 0


def _span(text: str, line: int, start: int, end: int) -> Span:
    """Where ``text[start:end]`` stands in the file, when ``text`` begins at the start of ``line``."""
    return Span(
        line + text.count("\n", 0, start),
        start - text.rfind("\n", 0, start) - 1,
        line + text.count("\n", 0, end),
        end - text.rfind("\n", 0, end) - 1,
    )


# Our own.


def _allow(lines: Sequence[str]) -> Iterator[Comment]:
    """Ours, with the lines that they cover. Only comments are tokens of that kind: strings are out."""
    if not any(_may_hold_ours(line) for line in lines):
        return
    above: list[Comment] = []
    """Those on lines of their own that wait for code."""
    beside: list[Comment] = []
    decorated = start = 0
    """Where the decorators and the logical line that are under way begin; 0 is none."""
    decorator = False
    try:
        for kind, text, (line, column), _, _ in _tokens(lines):
            if kind == tokenize.COMMENT:
                found = _directives(text, line, column, alone=not start)
                (beside if start else above).extend(found)
            elif kind == tokenize.NEWLINE and start:
                yield from (_covering(one, start, line) for one in beside)
                decorated = decorated or start
                if not decorator:
                    yield from (_covering(one, decorated, line) for one in above)
                    above, decorated = [], 0
                beside, start = [], 0
            elif kind not in _NO_CODE and not start:
                start, decorator = line, text == "@"
    except _BROKEN:
        return
    yield from above


def _may_hold_ours(line: str) -> bool:
    # Whether code ends before a "#" only the tokens tell; with a blank before it, it may begin a comment.
    return "#" in line and any(_directives(line.replace("#", " #"), 1, 0, alone=False))


def _covering(comment: Comment, first: int, last: int) -> Comment:
    return comment if comment.kind == "malformed" else comment._replace(first=first, last=last)


def _directives(text: str, line: int, column: int, *, alone: bool) -> Iterator[Comment]:
    """Ours in the text of one comment that begins at that place. Each covers its own line, for now.

    ``alone``: no code is before it. It may then be code that was commented out with its exemption, which
    excuses nothing any more.
    """
    for match in _OURS.finditer(text):
        if alone and match.start():
            return
        end = _NEXT_COMMENT.search(text, match.end())
        rest = text[match.end() : end.start() if end else len(text)].rstrip()
        parsed = _parsed(match[1], bool(match[2]), rest)
        if parsed is None:
            continue
        kind, codes, reason = parsed
        stop = match.end() + len(rest) if rest else match.start() + len(match[0].rstrip())
        span = Span(line, column + match.start(), line, column + stop)
        yield Comment(kind, span, codes, reason, line, line)
        alone = False


_Parsed = tuple[CommentKind, tuple[str, ...], str]
"""Kind, codes and reason of a comment."""


def _parsed(tool: str, colon: bool, rest: str) -> _Parsed | None:
    """What stands behind ``# ssot:``, or None where it is prose."""
    found = _WORD.match(rest)
    word = found[0] if found else ""
    after = rest[len(word) :]
    if not _is_meant(tool, colon, word, after):
        return None
    if tool.lower() != "ssot":
        return _malformed(f"{shown(tool)} is not how an exemption begins; write {_FORM}")
    if not colon:
        return _malformed(f"a colon is missing behind {shown(tool)}; write {_FORM}")
    if not word:
        return _malformed(f"the word `allow` is missing behind `# ssot:`; write {_FORM}")
    if word.lower() != "allow":
        remedy = "did you mean `allow`?" if _is_near(word) else f"write {_FORM}"
        return _malformed(f"{shown(word)} is no word that may follow `# ssot:`; {remedy}")
    return _allowed(after)


def _is_meant(tool: str, colon: bool, word: str, after: str) -> bool:
    """Whether it is an exemption, well-formed or not, and no prose: many call their principle "SSOT", too."""
    if tool == "ssot" and colon:
        return True
    allow = word.lower() == "allow"
    if after.startswith("[") and (allow or _is_near(word)):
        return True
    return _BRACKETED_CODE.match(after) is not None or (colon and allow and word != "Allow")


def _is_near(word: str) -> bool:
    lower = word.lower()[:40]
    return lower in _SYNONYMS or bool(difflib.get_close_matches(lower, ["allow"], 1, 0.7))


def _allowed(after: str) -> _Parsed:
    """What stands behind ``allow``."""
    text = after.lstrip(_SEPARATORS)
    if not after.lstrip().startswith("[") and not _BRACKETED_CODE.match(text):
        code = _CODE.match(text)
        if code:
            remedy = f"write `# ssot: allow[{code[0].upper()}] reason`"
            return _malformed(f"{shown(code[0])} stands outside of brackets; {remedy}")
        if not after.startswith(("(", "{")):
            return "allow", (), _reason(text)
    if not text.startswith("["):
        return _malformed(f"codes stand in square brackets; write {_FORM}")
    inside, bracket, rest = text[1:].partition("]")
    if not bracket or "[" in inside:
        return _malformed(f"the bracket behind `allow` is not closed; write {_FORM}")
    codes = tuple(code for code in re.split(r"[,\s]+", inside) if code)
    if not codes:
        return _malformed(f"the brackets hold no code; write {_FORM}, or `# ssot: allow reason` for all")
    return "allow", codes, _reason(rest)


def _reason(text: str) -> str:
    """A reason without what parts it from the codes; none where it holds no letter and no digit."""
    return text.strip(_SEPARATORS) if any(char.isalnum() for char in text) else ""


def _malformed(message: str) -> _Parsed:
    return "malformed", (), message
