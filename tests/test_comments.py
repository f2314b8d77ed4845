"""Comments that excuse: which are read, which lines they cover, and flake8's exactly as flake8 reads them."""

from __future__ import annotations

import argparse
import linecache
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flake8 import defaults
from flake8.processor import FileProcessor
from flake8.violation import Violation
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ssot_lint.facts import comments
from ssot_lint.facts.comments import read
from ssot_lint.model.finding import Comment, Span

# A slow machine is no failure.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def ours(text: str) -> list[Comment]:
    return [one for one in read(text.encode()) if one.kind in ("allow", "malformed")]


def covered(text: str) -> list[tuple[int, int]]:
    return [(one.first, one.last) for one in ours(text)]


def excerpt(text: str, comment: Comment) -> str:
    """What stands at the comment's span, columns taken as code points."""
    line = text.splitlines()[comment.span.line - 1]
    assert comment.span.end_line == comment.span.line
    return line[comment.span.column : comment.span.end_column]


# What is an exemption, and what is none.


@pytest.mark.parametrize(
    ("text", "codes", "reason"),
    [
        ("# ssot: allow[SOT201] the scheduler has no user", ("SOT201",), "the scheduler has no user"),
        ("# ssot: allow[SOT201, alias-import] x", ("SOT201", "alias-import"), "x"),
        ("# ssot: allow[SOT201 SOT301,] x", ("SOT201", "SOT301"), "x"),
        ("# ssot: allow[SOT2] x", ("SOT2",), "x"),
        ("# ssot: allow the scheduler has no user", (), "the scheduler has no user"),
        ("#ssot:allow[ SOT201 ]: x", ("SOT201",), "x"),
        ("#\tssot :  allow [SOT201]\t-- x", ("SOT201",), "x"),
        ("# ssot: allow[SOT201] - x", ("SOT201",), "x"),
        ("# ssot: allow[SOT201] — x", ("SOT201",), "x"),
        ("# ssot: allow[SOT201]x", ("SOT201",), "x"),
        ("# ssot: allow: [SOT201] x", ("SOT201",), "x"),
        ("# SSOT: Allow[SOT201] x", ("SOT201",), "x"),
        ("# SSOT: ALLOW x", (), "x"),
        ("## ssot: allow[SOT201] x", ("SOT201",), "x"),
        ("# ssot: allow (until spring) x", (), "(until spring) x"),
        ("# ssot: allow[SOT201] bug #12 is open", ("SOT201",), "bug #12 is open"),
        ("# ssot: allow[SOT201] größer 😀", ("SOT201",), "größer 😀"),
        # Codes are not judged here.
        ("# ssot: allow[sot2O1, E501] x", ("sot2O1", "E501"), "x"),
        # No reason is given.
        ("# ssot: allow[SOT201]", ("SOT201",), ""),
        ("# ssot: allow", (), ""),
        ("# ssot: allow[SOT201] --", ("SOT201",), ""),
        ("# ssot: allow[SOT201] …", ("SOT201",), ""),
    ],
)
def test_an_exemption(text: str, codes: tuple[str, ...], reason: str) -> None:
    for source in (f"x = f()  {text}\n", f"{text}\nx = f()\n"):
        (found,) = ours(source)
        assert (found.kind, found.codes, found.reason) == ("allow", codes, reason)
        assert excerpt(source, found) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# ssot: alow[SOT201] x", "`alow` is no word that may follow `# ssot:`; did you mean `allow`?"),
        ("# ssot: ignore[SOT201] x", "`ignore` is no word that may follow `# ssot:`; did you mean `allow`?"),
        (
            "# ssot: allow-file[SOT201] x",
            "`allow-file` is no word that may follow `# ssot:`; write `# ssot: allow[SOT201] reason`",
        ),
        (
            "# ssot: the manager lives here",
            "`the` is no word that may follow `# ssot:`; write `# ssot: allow[SOT201] reason`",
        ),
        (
            "# ssot:",
            "the word `allow` is missing behind `# ssot:`; write `# ssot: allow[SOT201] reason`",
        ),
        (
            "# ssot: [SOT201] x",
            "the word `allow` is missing behind `# ssot:`; write `# ssot: allow[SOT201] reason`",
        ),
        (
            "# ssot: allow[SOT201",
            "the bracket behind `allow` is not closed; write `# ssot: allow[SOT201] reason`",
        ),
        (
            "# ssot: allow[SOT201 list[int] is meant",
            "the bracket behind `allow` is not closed; write `# ssot: allow[SOT201] reason`",
        ),
        (
            "# ssot: allow[] x",
            "the brackets hold no code; write `# ssot: allow[SOT201] reason`, "
            "or `# ssot: allow reason` for all",
        ),
        (
            "# ssot: allow(SOT201) x",
            "codes stand in square brackets; write `# ssot: allow[SOT201] reason`",
        ),
        (
            "# ssot: allow SOT301 x",
            "`SOT301` stands outside of brackets; write `# ssot: allow[SOT301] reason`",
        ),
        (
            "# ssot: allow=sot301",
            "`sot301` stands outside of brackets; write `# ssot: allow[SOT301] reason`",
        ),
        (
            "# ssot: allow(direct-construction) x",
            "codes stand in square brackets; write `# ssot: allow[SOT201] reason`",
        ),
        ("# ssot allow[SOT201] x", "a colon is missing behind `ssot`; write `# ssot: allow[SOT201] reason`"),
        (
            "# ssot-lint: allow[SOT201] x",
            "`ssot-lint` is not how an exemption begins; write `# ssot: allow[SOT201] reason`",
        ),
        (
            "# SSOT: alow[alias-import] x",
            "`alow` is no word that may follow `# ssot:`; did you mean `allow`?",
        ),
    ],
)
def test_what_is_meant_as_an_exemption_and_is_none_is_told(text: str, message: str) -> None:
    source = f"\nx = f(\n    1,  {text}\n)\n"
    (found,) = ours(source)
    assert (found.kind, found.codes, found.reason) == ("malformed", (), message)
    assert (found.first, found.last) == (3, 3)
    assert excerpt(source, found) == text


@pytest.mark.parametrize(
    "text",
    [
        "# SSOT: Use the factory",
        "# SSOT: the ONLY manager",
        "# SSOT: Allow only one manager",
        "# SSOT: Create(user) is for tests",
        "# SSOT - allowed",
        "# SSOT allows (see the wiki) pattern matching",
        "# SSOT allow (see the wiki) one manager",
        "# SSOT",
        "# the sso team: allow[SOT201] x",
        "# write `# ssot: allow[SOT201] x` here",
        "# assot: allow[SOT201] x",
        "# see docs#ssot: allow[SOT201] x",
    ],
)
def test_prose_is_no_exemption(text: str) -> None:
    assert ours(f"x = f()  {text}\n") == []
    assert ours(f"{text}\nx = f()\n") == []


@pytest.mark.parametrize("text", ["# ssot:", "# ssot: allow", "# ssot: allow[SOT201] x"])
def test_blanks_at_the_end_are_no_part_of_it(text: str) -> None:
    source = f"x = f()  {text} \t \n"
    (found,) = ours(source)
    assert excerpt(source, found) == text


def test_several_comments_on_one_line() -> None:
    text = "x = f()  # type: ignore[x]  # ssot: allow[SOT201] one # ssot: allow[SOT301] two  # noqa: E501\n"
    allowed, shared, noqa = read(text.encode())
    assert (allowed.codes, allowed.reason) == (("SOT201",), "one")
    assert (shared.codes, shared.reason) == (("SOT301",), "two")
    assert (noqa.kind, noqa.codes) == ("noqa", ("E501",))
    assert excerpt(text, allowed) == "# ssot: allow[SOT201] one"
    assert excerpt(text, shared) == "# ssot: allow[SOT301] two"
    assert excerpt(text, noqa) == "# noqa: E501"


def test_a_comment_behind_the_brackets_is_no_reason() -> None:
    (found,) = ours("x = f()  # ssot: allow[SOT201]  # noqa: E501\n")
    assert found.reason == ""


@pytest.mark.parametrize("dead", ["# x = f()  # ssot: allow[SOT201] x", "# # ssot: allow[SOT201] x"])
def test_code_that_is_commented_out_exempts_nothing(dead: str) -> None:
    assert ours(f"{dead}\ny = f()\n") == []


@pytest.mark.parametrize(
    "source",
    [
        'x = "# ssot: allow[SOT201] x"\n',
        '"""\n# ssot: allow[SOT201] x\n"""\n',
        "x = '''a\n  # ssot: alow\n'''\n",
        "x = f'{y} # ssot: allow[SOT201] x'\n",
        'x = "\\\n# ssot: allow[SOT201] x"\n',
    ],
)
def test_a_string_is_no_comment(source: str) -> None:
    assert ours(source) == []


# Which lines an exemption covers.

ALLOW = "# ssot: allow[SOT201] x"


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        # Behind code: the logical line.
        (f"a = 1\nb = f()  {ALLOW}\nc = 3\n", (2, 2)),
        (f"b = f()  {ALLOW}", (1, 1)),
        (f"b = f(  {ALLOW}\n    1,\n)\nc = 3\n", (1, 3)),
        (f"b = f(\n    1,  {ALLOW}\n)\nc = 3\n", (1, 3)),
        (f"b = f(\n    1,\n)  {ALLOW}\nc = 3\n", (1, 3)),
        (f"b = f(\n    {ALLOW}\n    1,\n)\nc = 3\n", (1, 4)),
        (f"b = 1 + \\\n    f()  {ALLOW}\nc = 3\n", (1, 2)),
        (f'b = """\n\n""", f()  {ALLOW}\nc = 3\n', (1, 3)),
        (f"a = 1; b = f()  {ALLOW}\nc = 3\n", (1, 1)),
        # The header of a compound statement, not its body.
        (f"def g(\n    a,\n    b=f(),\n):  {ALLOW}\n    return f()\n", (1, 4)),
        (f"def g(  {ALLOW}\n    a,\n    b=f(),\n):\n    return f()\n", (1, 4)),
        (f"class A(B):  {ALLOW}\n    x = f()\n", (1, 1)),
        (f"if f():  {ALLOW}\n    f()\nelse:\n    f()\n", (1, 1)),
        (f"if a:\n    f()\nelse:  {ALLOW}\n    f()\n", (3, 3)),
        (f"if a: f()  {ALLOW}\n", (1, 1)),
        (f"@one\n@two  {ALLOW}\ndef g(): ...\n", (2, 2)),
        (f"@one\ndef g(  {ALLOW}\n): ...\n", (2, 3)),
        # On a line of its own: the next code.
        (f"a = 1\n{ALLOW}\nb = f()\nc = 3\n", (3, 3)),
        (f"{ALLOW}\n\n# more\n\n\nb = f(\n    1,\n)\nc = 3\n", (6, 8)),
        (f"def g():\n    {ALLOW}\n    b = f()\n    c = 3\n", (3, 3)),
        (f"def g():\n    a = 1\n    {ALLOW}\n\nb = f()\n", (5, 5)),
        (f"{ALLOW}\ndef g(\n    a,\n):\n    return f()\n", (2, 4)),
        (f"if a:\n    f()\n{ALLOW}\nelse:\n    f()\n", (4, 4)),
        (f'{ALLOW}\n"""\ntext\n"""\nb = f()\n', (2, 4)),
        # With decorators: these and the header.
        (f"{ALLOW}\n@one(\n    1,\n)\n# more\n\n@two\nclass A(\n    B,\n):\n    x = f()\n", (2, 10)),
        (f"@one\n{ALLOW}\n@two\ndef g(): ...\n", (1, 4)),
        (f"@one\n{ALLOW}\nasync def g(\n): ...\n", (1, 4)),
        (f"x = a @ b\n{ALLOW}\ny = f()\n", (3, 3)),
        # Nothing below.
        (f"a = f()\n{ALLOW}\n", (2, 2)),
        (f"a = f()\n{ALLOW}", (2, 2)),
        (f"def g():\n    f()\n    {ALLOW}\n", (3, 3)),
    ],
)
def test_the_lines_covered(source: str, lines: tuple[int, int]) -> None:
    assert covered(source) == [lines]
    assert covered(source.replace("\n", "\r\n")) == [lines]
    assert covered(source.replace("\n", "\r")) == [lines]
    assert covered("\ufeff" + source) == [lines]
    assert covered("# a line\n\n" + source) == [(lines[0] + 2, lines[1] + 2)]


def test_those_above_and_beside_cover_the_same_code() -> None:
    source = f"{ALLOW}\n# ssot: allow[SOT3] y\nb = f(  # ssot: allow[SOT1] z\n)\n"
    assert covered(source) == [(3, 4)] * 3
    assert [one.span.line for one in ours(source)] == [1, 2, 3]


# Places in the text.


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (f"{ALLOW}\nf()\n".encode("utf-8-sig"), (1, 0)),
        (f'"é€😀"; f()  {ALLOW}\n'.encode(), (1, 12)),
        (f"# coding: latin-1\n'é'; f()  {ALLOW}\n".encode("latin-1"), (2, 10)),
        (f"\tf()  {ALLOW}\n".encode(), (1, 6)),
        (f"\x0c{ALLOW}\nf()\n".encode(), (1, 1)),
        (f"a = '\x0c\x1c\x85'  {ALLOW}\nf()\n".encode(), (1, 11)),
    ],
)
def test_columns_are_code_points_and_lines_are_pythons(data: bytes, place: tuple[int, int]) -> None:
    (found,) = read(data)
    assert found.span[:2] == place
    assert found.span.end_column - found.span.column == len(ALLOW)


def test_an_encoding_that_hides_letters_hides_no_comment() -> None:
    data = b"# coding: utf-7\nx = f()  # +AHM-sot: allow[SOT201] x  # +AG4-oqa\n"
    assert [one.kind for one in read(data)] == ["allow", "noqa"]
    assert [one.kind for one in read(b"#!/usr/bin/python\n" + data)] == ["allow", "noqa"]
    assert [one.kind for one in read(data.replace(b"\n", b"\r"))] == ["allow", "noqa"]


@pytest.mark.parametrize(
    "below", ["def g(:\n    'open\n", "x = (\n", '"""open\n', "if a:\n      f()\n   g()\n"]
)
def test_comments_above_a_fault_are_read(below: str) -> None:
    assert covered(f"a = f()  {ALLOW}\n{ALLOW}\nb = f()\n{below}") == [(1, 1), (3, 3)]


def test_a_file_with_a_nul_has_no_tokens_and_so_no_comments_of_ours() -> None:
    found = read(f"a = f()  {ALLOW}\nx = (  # noqa\n)\n\0\n".encode())
    assert [(one.kind, one.first, one.last) for one in found] == [("noqa", 2, 2)]


@patient
@given(st.one_of(st.binary(), st.text().map(lambda text: text.encode("utf-8", "surrogatepass"))))
@example(b"# coding: nonsense\n# ssot: allow x\n")
@example(b"# coding: rot13\n# ssot: allow x\n")
@example(b"# coding: hex\n# ssot: allow x\n")
@example(b"# coding: undefined\n# ssot: allow x\n")
@example(b"# coding: idna\n# ssot: allow x\n")
@example(b"# coding: punycode\n# ssot: allow x\n")
@example(b"# coding: unicode_escape\n# ssot: allow \\ud800\n")
@example(b"\xef\xbb\xbf# coding: latin-1\n# ssot: allow x\n")
@example(b"\xff\xfe#\0 \0s\0s\0o\0t\0:\0")
@example(b"(" * 1000 + b"# ssot: allow x\n")
def test_no_bytes_are_an_error(data: bytes) -> None:
    for bait in (b"", b"# ssot: allow x\n", b"\n# noqa", b"#\nssot:"):
        for source in (data + bait, bait + data):
            for one in read(source):
                lines = source.count(b"\n") + source.count(b"\r") + 1
                assert 1 <= one.first <= one.last <= lines
                assert 1 <= one.span.line <= one.span.end_line <= lines


# As flake8 reads them.


def test_the_places_of_noqa_comments() -> None:
    source = 'a = 1\n  # flake8: noqa: E501\nb = """é # noqa:\nSOT201, """, f( # NOQA:E501,W1, because\n)\n'
    file, noqa = read(source.encode())
    assert file == Comment("noqa-file", Span(2, 2, 2, 16), (), "", 1, 5)
    # It is one match for flake8, across the end of the line in the string.
    assert noqa == Comment("noqa", Span(3, 9, 4, 6), ("SOT201",), "", 3, 4)
    (noqa,) = read(b"f(\n    1)  # NOQA:E501,W1, because\n")
    assert noqa == Comment("noqa", Span(2, 8, 2, 22), ("E501", "W1"), "", 2, 2)


@patient
@given(
    st.lists(
        st.sampled_from(
            [*"#: =,aA1\n\t-", "# ", "noqa", "NoQA", "# noqa", ":", "E501", "sot201", "flake8", "# flake8: "]
        ).flatmap(lambda part: st.sampled_from([part, part.upper()])),
        max_size=12,
    ).map("".join)
)
@example("# noqa:because")
@example("# noqa : SOT101")
@example("# noqa:\nSOT101")
@example("# noqa: SOT101,,\tE501 because")
@example("# fla\N{KELVIN SIGN}e8:\N{NO-BREAK SPACE}noqa")
@example("# noqa: \N{LATIN SMALL LETTER LONG S}1")
def test_the_patterns_match_as_those_of_flake8(text: str) -> None:
    for mine, theirs in (
        (comments._NOQA, defaults.NOQA_INLINE_REGEXP),
        (comments._NOQA_FILE, defaults.NOQA_FILE),
    ):
        found, expected = mine.search(text), theirs.search(text)
        assert (found and found.span()) == (expected and expected.span())
        if found and expected and "codes" in theirs.groupindex:
            assert found["codes"] == expected["codes"]


OPTIONS = argparse.Namespace(
    hang_closing=False, indent_size=4, max_line_length=79, max_doc_length=None, verbose=0, disable_noqa=False
)
CODES = ("SOT201", "SOT101", "E501")


def silenced_by_flake8(data: bytes) -> set[tuple[int, str]]:
    """The lines and codes that flake8 would not report in a file with these bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "module.py")
        Path(path).write_bytes(data)
        linecache.clearcache()
        processor = FileProcessor(path, OPTIONS)
        count = len(processor.lines)
        if processor.should_ignore_file():
            return {(line, code) for line in range(count + 3) for code in CODES}
        return {
            (line, code)
            for line in range(count + 3)
            for code in CODES
            if Violation(code, path, line, 1, "", processor.noqa_line_for(line)).is_inline_ignored(False)
        }


def silenced_by_us(data: bytes) -> set[tuple[int, str]]:
    return set(_silenced(data))


def _silenced(data: bytes) -> Iterator[tuple[int, str]]:
    lines = len(comments._lines(data)) + 3
    for one in read(data):
        assert one.kind in ("noqa", "noqa-file")
        for code in CODES:
            if not one.codes or code.startswith(one.codes):
                whole = one.kind == "noqa-file"
                yield from ((line, code) for line in range(lines) if whole or one.first <= line <= one.last)


NOQA = st.sampled_from(
    [
        "# noqa",
        "# NOQA: SOT201",
        "# noqa:SOT2,E501",
        "# noqa: sot201",
        "# noqa:because",
        "# noqa : SOT201",
        "# noqa: SOT101 # noqa: SOT201",
        "#noqa",
        "# noqa:",
        "# flake8: noqa: SOT101",
        "# comment",
        "",
        "",
    ]
)
PIECES = st.sampled_from(
    [
        "x = 1  {}",
        "{}",
        "    {}",
        "x = f(  {}\n    1,  {}\n)  {}",
        "x = [  {}\n\n    {}\n]",
        "x = 1 + \\\n    2  {}",
        'x = """{}\n{}\n"""  {}',
        "x = '''{}'''\\\n    {}",
        'x = f"""{}\n{{y}}  {}\n"""',
        'x = f"{{y}} {}"',
        "def f(a,  {}\n      b):  {}\n    return a  {}",
        "class A:  {}\n\n    {}\n    x = 1\n\n    def f(self):\n        {}\n        pass  {}",
        "if x:  {}\n    pass\n{}\nelse:\n    pass  {}",
        "@d  {}\ndef f(): pass  {}",
        "",
        "\x0c",
        "\x0cx = 1  {}",
        "E501  {}",
        "\t",
    ]
)
BROKEN = st.sampled_from(["x = (  {}", '"""{}', "x = 'open  {}", "    y  {}\n  z  {}", "x = \\", "$ ? {}"])


@st.composite
def sources(draw: st.DrawFn) -> bytes:
    pieces = draw(st.lists(PIECES, max_size=5))
    if draw(st.integers(0, 3)) == 0:
        pieces.insert(draw(st.integers(0, len(pieces))), draw(BROKEN))
    text = "\n".join(pieces)
    while "{}" in text:
        text = text.replace("{}", draw(NOQA), 1)
    text += draw(st.sampled_from(["\n", "", "\n\n"]))
    data = text.replace("\n", draw(st.sampled_from(["\n", "\r\n", "\r"]))).encode()
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + data


@settings(patient, max_examples=400)
@given(sources())
@example(b"x = f(  # noqa\n)\n")
@example(b"x = f(\n)  # noqa\n")
@example(b'x = """\n# noqa: SOT201\n"""\n')
@example(b'x = """\n# noqa:\nSOT201\n"""\n')
@example(b"# noqa")
@example(b"if x:\n    pass\n    # noqa")
@example(b"x = 1 # flake8: noqa\n")
@example(b'"""\n  # flake8: noqa\n"""\n')
@example(b"# coding: latin-1\nx = '\xe9'  # noqa\n")
@example(b"x = '\xe9'  # noqa\n")
@example(b"\xef\xbb\xbf\xef\xbb\xbf# flake8: noqa\n")
def test_exactly_what_flake8_silences_is_silenced(data: bytes) -> None:
    assert silenced_by_us(data) == silenced_by_flake8(data)
