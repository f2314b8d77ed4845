"""What is printed: the text for people, the lines for tools, the JSON for programs, pages and settings."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ssot_lint import __version__
from ssot_lint.model.finding import Edit, Finding, Fix, Hop, Span
from ssot_lint.model.rules import ALL, Rule
from ssot_lint.report import COLOURED, FORMATS, renderer
from ssot_lint.report.pages import manual
from ssot_lint.report.pages import rule as page
from ssot_lint.report.pages import settings as in_force
from ssot_lint.report.terminal.excerpt import cells, excerpt, lines_of
from ssot_lint.report.terminal.paint import Paint
from ssot_lint.report.terminal.wrap import wrapped
from ssot_lint.report.view import View
from ssot_lint.rules import pages
from ssot_lint.settings import loading
from ssot_lint.settings.settings import Settings

ROOT = Path(__file__).parent.parent
CODES = {rule.code: rule.name for rule in ALL}
SCHEMA = json.loads((ROOT / "ssot_lint/report/findings.schema.json").read_text(encoding="utf-8"))
ESCAPE = re.compile("\x1b\\[[0-9;]*m")

# A slow machine is no failure.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

ALIAS = Finding(
    code="SOT101",
    name="alias-import",
    message="`Room` is imported as `Hall`",
    path="app/server.py",
    span=Span(2, 22, 2, 34),
    contract="room",
    symbol="app.rooms.Room",
    spelled="Hall",
    resolved="app.rooms.Room",
    module="app.server",
    chain=(Hop("app/shim.py", 12, "from app.old import Hall"), Hop("app/old.py", 114, "Hall = Room")),
    advice="write `from app.rooms import Room`",
    reason="one room for each user",
    fingerprint="0123456789abcdef",
)
CALL = Finding(
    code="SOT201",
    name="direct-construction",
    message="`app.rooms.Room` may be constructed outside its factory",
    path="app/server.py",
    span=Span(5, 4, 7, 1),
    severity="warning",
)
SERVER = b'"""Serves."""\nfrom app.rooms import Room as Hall\n\ndef main():\n    Hall(\n        1\n)\n'


def view(*findings: Finding, sources: Mapping[str, bytes] | None = None, **more: object) -> View:
    files = {"app/server.py": SERVER} if sources is None else sources
    fields = {"files": 3, "indexed": 9, **more}
    return View(findings=findings, source=files.get, **fields)  # type: ignore[arg-type]


def render(format: str, shown: View) -> str:
    return renderer(format)(shown)


words = st.text(st.characters() | st.sampled_from("\n\r\x1b\udce9\u2028`"), max_size=12)
numbers = st.integers(0, 9)
edits = st.builds(
    Edit,
    path=words.map("a".__add__),
    span=st.builds(
        lambda line, column, more: Span(line + 1, column, line + 1 + more, column), *[numbers] * 3
    ),
    text=words,
)
fixes = st.none() | st.builds(
    Fix,
    tier=st.sampled_from(["safe", "unsafe", "display"]),
    message=words,
    edits=st.lists(edits, max_size=2).map(tuple),
    removes=st.lists(words, max_size=1).map(tuple),
    retires=st.lists(words, max_size=1).map(tuple),
)
findings = st.builds(
    Finding,
    code=st.sampled_from(sorted(CODES)),
    name=st.just("alias-import"),
    message=words,
    path=words.map("a".__add__),
    span=st.builds(Span, numbers, numbers, numbers, numbers),
    severity=st.sampled_from(["error", "warning", "info"]),
    contract=words,
    symbol=words,
    spelled=words,
    resolved=words,
    module=words,
    scope=words,
    chain=st.lists(st.builds(Hop, words.map("b".__add__), numbers, words), max_size=2).map(tuple),
    advice=words,
    reason=words,
    fingerprint=words,
    suppressible=st.booleans(),
    fix=fixes,
)
findings_lists = st.lists(findings, max_size=4)

# Text.


def test_text_of_a_finding_shows_place_chain_and_remedy() -> None:
    assert render("text", view(ALIAS)) == (
        "app/server.py:2:23: SOT101 alias-import: `Room` is imported as `Hall`\n"
        "  |\n"
        "2 | from app.rooms import Room as Hall\n"
        "  |                       ^^^^^^^^^^^^\n"
        "  = `Hall` is `app.rooms.Room`\n"
        "    app/shim.py:12 from app.old import Hall\n"
        "    app/old.py:114 Hall = Room\n"
        "  = help: write `from app.rooms import Room`\n"
        "  = reason: one room for each user\n"
        "\n"
        "1 finding (1 error) in 1 file; 3 files checked\n"
    )


def test_text_marks_the_first_line_of_a_long_span_and_says_when_it_is_no_error() -> None:
    assert render("text", view(CALL, quiet=True)) == (
        "app/server.py:5:5: SOT201 direct-construction: "
        "`app.rooms.Room` may be constructed outside its factory [warning]\n"
        "  |\n"
        "5 |     Hall(\n"
        "  |     ^^^^^\n"
        "\n"
    )


def test_text_needs_no_source() -> None:
    for gone in (view(ALIAS, sources={}), view(ALIAS._replace(span=Span(99, 0, 99, 1)))):
        lines = render("text", gone).splitlines()
        assert lines[1].lstrip().startswith("= `Hall` is")


def test_text_of_a_finding_about_a_whole_file() -> None:
    shown = render("text", view(CALL._replace(span=Span(0, 0, 0, 0)), quiet=True))
    assert shown.startswith("app/server.py:1:1: SOT201")
    assert "|" not in shown


@pytest.mark.parametrize(
    "change",
    [
        {"spelled": "app.rooms.Room"},
        {"message": "app.rooms.Room is imported as `Hall`"},
        {"chain": (*ALIAS.chain, Hop("app/rooms.py", 1, "app.rooms.Room is canonical"))},
    ],
)
def test_what_the_chain_and_the_message_say_is_not_said_again(change: dict[str, object]) -> None:
    lines = render("text", view(ALIAS._replace(**change))).splitlines()  # type: ignore[arg-type]
    assert lines[4:6] == ["  = app/shim.py:12 from app.old import Hall", "    app/old.py:114 Hall = Room"]


def test_chain_of_one_is_one_line() -> None:
    short = ALIAS._replace(chain=(Hop("app/rooms.py", 1, "app.rooms.Room is canonical"),))
    lines = render("text", view(short)).splitlines()
    assert lines[4:6] == [
        "  = app/rooms.py:1 app.rooms.Room is canonical",
        "  = help: write `from app.rooms import Room`",
    ]


def test_a_name_that_is_none_for_the_symbol_only_leads_to_it() -> None:
    factory = ALIAS._replace(code="SOT205", spelled="open_room")
    assert "  = `open_room` leads to `app.rooms.Room`\n" in render("text", view(factory))


def test_what_a_contract_says_is_said_once_in_a_file() -> None:
    other = ALIAS._replace(path="app/client.py")
    advice = ALIAS._replace(advice="do otherwise")
    another = ALIAS._replace(contract="door")
    found = (ALIAS, ALIAS, advice, another, other)

    def told(**more: object) -> list[list[str]]:
        blocks = render("text", view(*found, quiet=True, **more)).split("\n\n")
        return [re.findall("= (help|reason):", block) for block in blocks if block]

    both = ["help", "reason"]
    assert told() == [both, [], ["help"], both, both]
    assert told(verbose=True) == [both] * 5
    # The last of what was grouped is far away from the first: each group says it anew.
    assert told(group_by="code")[1:] == [both, [], ["help"], both, both]


@patient
@given(
    st.lists(st.text(st.sampled_from("ab名\u0301"), min_size=1, max_size=30), min_size=1, max_size=9),
    st.integers(8, 60),
    st.integers(0, 8),
)
def test_wrapping_moves_pieces_and_breaks_none(pieces: list[str], width: int, hang: int) -> None:
    lines = wrapped(pieces, width, hang)
    assert [piece for line in lines for piece in line.split()] == pieces
    assert all(cells(line) <= width or len(line.split()) == 1 for line in lines)
    assert all(line.startswith(" " * min(hang, width - cells(line.strip()))) for line in lines[1:])
    assert wrapped(pieces, 0, hang) == [" ".join(pieces)]


@patient
@given(findings_lists, st.integers(40, 160))
def test_wrapped_text_says_the_same(found: list[Finding], width: int) -> None:
    def words(shown: View) -> list[str]:
        return render("text", shown).split()

    plain = view(*found, width=width)
    assert words(plain._replace(wrap=True)) == words(plain)


def test_gutter_is_as_wide_as_the_number() -> None:
    source = b"\n" * 99 + b"from app.rooms import Room as Hall\n"
    shown = render("text", view(ALIAS._replace(span=Span(100, 22, 100, 34)), sources={ALIAS.path: source}))
    assert (
        "\n    |\n100 | from app.rooms import Room as Hall\n    |                       ^^^^^^^^^^^^\n"
        in shown
    )


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ((), "no findings; 3 files checked"),
        ((ALIAS, CALL), "2 findings (1 error, 1 warning) in 1 file; 3 files checked"),
        (
            (ALIAS, ALIAS, CALL._replace(path="b.py"), CALL._replace(severity="info")),
            "4 findings (2 errors, 1 warning, 1 info) in 2 files; 3 files checked",
        ),
    ],
)
def test_summary_counts(findings: tuple[Finding, ...], expected: str) -> None:
    assert render("concise", view(*findings)).splitlines()[-1] == expected


@pytest.mark.parametrize("format", ["text", "concise"])
def test_statistics_take_the_place_of_findings(format: str) -> None:
    many = [CALL._replace(code=f"SOT2{n:02}", name="x") for n in (5, 3)] + [ALIAS] * 10
    assert render(format, view(*many, statistics=True)) == (
        "10  SOT101  alias-import\n"
        " 1  SOT203  x\n"
        " 1  SOT205  x\n"
        "12  total\n"
        "12 findings (10 errors, 2 warnings) in 1 file; 3 files checked\n"
    )


@pytest.mark.parametrize("format", ["text", "concise"])
def test_quiet_and_clean_is_silent(format: str) -> None:
    assert render(format, view(quiet=True)) == ""


def test_concise_is_one_line_each() -> None:
    assert render("concise", view(ALIAS, CALL, quiet=True)) == (
        "app/server.py:2:23: SOT101 alias-import: `Room` is imported as `Hall`\n"
        "app/server.py:5:5: SOT201 direct-construction: "
        "`app.rooms.Room` may be constructed outside its factory [warning]\n"
    )


# The line at fault.


def cut(text: str, start: int, end: int, width: int = 80) -> tuple[str, str]:
    found = excerpt([text], Span(1, start, 1, end), width)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "start", "end", "line", "marks"),
    [
        ("\tHall()", 1, 5, "    Hall()", "    ^^^^"),
        ("x\t= Hall()", 4, 8, "x   = Hall()", "      ^^^^"),
        ('"名前", Hall()', 6, 10, '"名前", Hall()', "        ^^^^"),
        ('"é", Hall()', 5, 9, '"é", Hall()', "     ^^^^"),
        ('"e\u0301", Hall()', 6, 10, '"e\u0301", Hall()', "     ^^^^"),
        ("名前()", 0, 2, "名前()", "^^^^"),
        ("a\x1b[31mHall()", 6, 10, "a\\x1b[31mHall()", "         ^^^^"),
        ("a\x0cHall()", 2, 6, "a\\x0cHall()", "     ^^^^"),
        ("\udce9 = Hall()", 4, 8, "\\udce9 = Hall()", "         ^^^^"),
        ("a\u202eHall()", 2, 6, "a\\u202eHall()", "       ^^^^"),
        ("Hall()", 6, 6, "Hall()", "      ^"),
        ("Hall()", 99, 120, "Hall()", "      ^"),
        ("Hall()  ", 0, 4, "Hall()", "^^^^"),
        ("", 0, 0, "", "^"),
    ],
)
def test_marks_stand_under_what_is_meant(text: str, start: int, end: int, line: str, marks: str) -> None:
    assert cut(text, start, end) == (line, marks)


@pytest.mark.parametrize(
    ("start", "end", "line", "marks"),
    [
        (0, 2, "0123456789abcd...", "^^"),
        (20, 22, "...ghijklmnopqrst...", "       ^^"),
        (34, 36, "...mnopqrstuvwxyz", "               ^^"),
        (10, 36, "...6789abcdefghij...", "       ^^^^^^^^^^"),
    ],
)
def test_long_lines_are_cut_around_the_fault(start: int, end: int, line: str, marks: str) -> None:
    shown, marked = cut("0123456789abcdefghijklmnopqrstuvwxyz", start, end, 20)
    assert shown == line
    assert marked == marks


texts = st.text(st.characters() | st.sampled_from("\t\x1b\u3000名é\u0301\u200d\udce9"), max_size=60)


@patient
@given(texts, st.integers(0, 70), st.integers(0, 70), st.integers(20, 50))
def test_excerpt_fits_and_holds_no_control(text: str, start: int, length: int, width: int) -> None:
    line, marks = cut(text, start, start + length, width)
    wide = sum(
        2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line if not unicodedata.combining(c)
    )
    # One character can be escaped in up to ten cells.
    assert wide <= width + 10
    assert re.fullmatch(r" *\^+", marks)
    assert all(c.isprintable() or unicodedata.combining(c) for c in line)


@patient
@given(st.text(st.sampled_from("abcXYZ(). =_"), min_size=1, max_size=300), st.data(), st.integers(20, 50))
def test_marked_text_is_the_fault(text: str, data: st.DataObject, width: int) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    line, marks = cut(text, start, end, width)
    column = len(marks) - len(marks.lstrip())
    fault = line.ljust(len(marks))[column : len(marks)]
    assert len(line) <= width
    assert text[start:end].startswith(fault)
    assert fault


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"a\nb\r\nc\rd", ["a", "b", "c", "d"]),
        ("a\x0cb\x85c\u2028d\n".encode(), ["a\x0cb\x85c\u2028d", ""]),
        (b"\xef\xbb\xbfa", ["a"]),
        (b"# coding: latin-1\n\xe9", ["# coding: latin-1", "é"]),
        (b"#!/bin/x\n# -*- coding: cp1252 -*-\n\x80", ["#!/bin/x", "# -*- coding: cp1252 -*-", "€"]),
        (b"x = 1\n# coding: latin-1\n\xc3\xa9", ["x = 1", "# coding: latin-1", "é"]),
        (b"# coding: hex\nx\xff", ["# coding: hex", "x\\xff"]),
        (b"# coding: no-such\nx", ["# coding: no-such", "x"]),
        (b"# coding: \xff\nx", ["# coding: \\xff", "x"]),
        (b"", [""]),
    ],
)
def test_lines_are_those_of_python(data: bytes, lines: list[str]) -> None:
    assert lines_of(data) == lines


@patient
@given(st.binary(max_size=200))
def test_any_bytes_have_lines(data: bytes) -> None:
    assert lines_of(data)


# All formats.

views = st.builds(
    lambda found, colour, statistics: view(*found, colour=colour, statistics=statistics),
    st.lists(findings, max_size=4),
    st.booleans(),
    st.booleans(),
)


@patient
@given(views)
def test_nothing_that_a_terminal_obeys_gets_through(shown: View) -> None:
    for format in COLOURED:
        text = ESCAPE.sub("", render(format, shown)) if shown.colour else render(format, shown)
        assert all(c == "\n" or c.isprintable() or unicodedata.combining(c) for c in text)
        text.encode("utf-8")


@patient
@given(views)
def test_colours_change_nothing_but_colours(shown: View) -> None:
    for format in FORMATS:
        plain = render(format, shown._replace(colour=False))
        assert ESCAPE.sub("", render(format, shown._replace(colour=True))) == plain


@patient
@given(st.lists(findings, max_size=4))
def test_concise_has_a_line_for_each_whatever_is_in_it(found: list[Finding]) -> None:
    assert render("concise", view(*found)).count("\n") == len(found) + 1


@pytest.mark.parametrize("format", FORMATS)
def test_format_is_a_function_of_a_module_of_formats(format: str) -> None:
    function = renderer(format)
    assert function.__module__.startswith("ssot_lint.report.formats.")
    assert function(view()).endswith("\n") or function(view()) == ""


def test_unknown_format() -> None:
    with pytest.raises(ValueError, match="view is no format"):
        renderer("view")


# JSON.


@patient
@given(st.lists(findings, max_size=3))
def test_json_has_the_shape_of_its_schema(found: list[Finding]) -> None:
    text = render("json", view(*found))
    document = json.loads(text, parse_constant=pytest.fail)
    jsonschema.Draft7Validator(SCHEMA).validate(document)
    # The schema lets new keys come; what is there today is listed in it, in the same order.
    assert list(document) == SCHEMA["required"]
    definitions = SCHEMA["definitions"]
    assert list(document["summary"]) == definitions["summary"]["required"]
    for finding in document["findings"]:
        assert list(finding) == definitions["finding"]["required"]
    assert text.isascii()
    assert text.endswith("}\n")
    json.dumps(document, ensure_ascii=False).encode("utf-8")


def test_json_says_everything() -> None:
    document = json.loads(render("json", view(ALIAS, CALL, base="services/api")))
    assert document["version"] == 1
    assert document["tool"] == {"name": "ssot-lint", "version": __version__}
    assert document["root"] == "services/api"
    assert document["findings"][0] == {
        "code": "SOT101",
        "name": "alias-import",
        "message": "`Room` is imported as `Hall`",
        "path": "app/server.py",
        "line": 2,
        "column": 23,
        "end_line": 2,
        "end_column": 35,
        "severity": "error",
        "contract": "room",
        "symbol": "app.rooms.Room",
        "spelled": "Hall",
        "resolved": "app.rooms.Room",
        "module": "app.server",
        "scope": "",
        "chain": [
            {"path": "app/shim.py", "line": 12, "text": "from app.old import Hall"},
            {"path": "app/old.py", "line": 114, "text": "Hall = Room"},
        ],
        "advice": "write `from app.rooms import Room`",
        "reason": "one room for each user",
        "fingerprint": "0123456789abcdef",
        "suppressible": True,
        "owners": [],
        "followers": [],
        "fix": None,
    }
    assert document["summary"] == {
        "findings": 2,
        "errors": 1,
        "warnings": 1,
        "infos": 0,
        "files": 3,
        "indexed": 9,
        "by_code": {"SOT101": 1, "SOT201": 1},
        "group_by": "",
        "groups": [],
        "change": None,
    }


def test_json_has_a_line_for_each_finding() -> None:
    lines = render("json", view(ALIAS, CALL)).splitlines()
    assert [json.loads(line.strip().rstrip(","))["code"] for line in lines if '"message"' in line] == [
        "SOT101",
        "SOT201",
    ]


def test_json_codes_are_sorted_and_names_that_are_no_text_escaped() -> None:
    odd = ALIAS._replace(path=b"caf\xe9.py".decode("utf-8", "surrogateescape"))
    document = json.loads(render("json", view(CALL, CALL, odd)))
    assert list(document["summary"]["by_code"].items()) == [("SOT101", 1), ("SOT201", 2)]
    assert document["findings"][2]["path"] == "caf\\udce9.py"


def test_the_manual_knows_every_key() -> None:
    manual = (ROOT / "docs/json.md").read_text(encoding="utf-8")
    example = json.loads(manual.split("```json\n")[1].split("```")[0])
    jsonschema.Draft7Validator(SCHEMA).validate(example)
    keys = SCHEMA["definitions"]["finding"]["required"]
    assert list(example["findings"][0]) == keys
    assert [key for key in keys if f"`{key}`" not in manual] == []


# Pages.

PAGE = """\
# SOT101 alias-import

One `name`, one
symbol.

```python
# not a heading
x = `no code`
```

## Why
"""


def test_page_without_colours_is_the_page() -> None:
    assert page.render(PAGE, Paint(False)) == PAGE


def test_page_with_colours() -> None:
    shown = page.render(PAGE, Paint(True))
    assert ESCAPE.sub("", shown) == PAGE
    assert "\x1b[1m## Why\x1b[0m" in shown
    assert "One \x1b[2m`name`\x1b[0m, one" in shown
    assert "\x1b[2m# not a heading\x1b[0m" in shown


@patient
@given(st.text(st.sampled_from("#`~ \nab"), max_size=60))
def test_any_page_keeps_its_text(text: str) -> None:
    assert ESCAPE.sub("", page.render(text, Paint(True))) == "".join(
        f"{line}\n" for line in text.splitlines()
    )


LONG = """\
# SOT101 alias-import

One `name of many words`, one symbol, and a sentence that
goes on.

- an item that is
  too long for a line
- another

`app/file.py`:

```python
x = 1  # a long line of code that stays as it is
```

| a | table with a long row |
"""


def test_page_in_a_width() -> None:
    assert page.render(LONG, Paint(False), 24).splitlines() == [
        "# SOT101 alias-import",
        "",
        "One",
        "`name of many words`,",
        "one symbol, and a",
        "sentence that goes on.",
        "",
        "- an item that is too",
        "  long for a line",
        "- another",
        "",
        "`app/file.py`:",
        "",
        "```python",
        "x = 1  # a long line of code that stays as it is",
        "```",
        "",
        "| a | table with a long row |",
    ]


@patient
@given(st.text(st.sampled_from("#`~- \nab"), max_size=60), st.integers(5, 20))
def test_any_page_keeps_its_words_in_any_width(text: str, width: int) -> None:
    assert page.render(text, Paint(False), width).split() == text.split()


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_rich_lays_out_each_page(rule: Rule) -> None:
    pytest.importorskip("rich")
    text = pages.text(rule.name)
    assert text is not None
    shown = manual.render(text, 80, False)
    assert shown is not None
    assert max(map(len, shown.splitlines())) <= 80
    assert "\x1b" not in shown
    # Marks of Markdown are gone, words are not.
    assert "## Why" not in shown
    assert {"Why", rule.code, rule.name} <= {*shown.split()}
    coloured = manual.render(text, 80, True)
    assert coloured is not None
    assert ESCAPE.sub("", coloured).split() == shown.split()


def test_summary_is_the_first_paragraph_on_one_line() -> None:
    assert pages.summary(PAGE) == "One `name`, one symbol."
    assert pages.summary("# SOT101 alias-import\n") == ""


def test_pages_of_a_wheel_come_before_those_beside_the_package(tmp_path: Path) -> None:
    package = tmp_path / "ssot_lint"
    page = "identity/alias-import.md"
    (tmp_path / "rules/identity").mkdir(parents=True)
    (tmp_path / "rules" / page).write_text("beside")
    assert pages.text("alias-import", package) == "beside"
    (package / "_rules/identity").mkdir(parents=True)
    (package / "_rules" / page).write_text("shipped")
    assert pages.text("alias-import", package) == "shipped"
    assert pages.text("re-export", package) is None
    assert pages.text("no-rule", package) is None


# Settings.

SETTINGS = """\
src = ["src"]
select = ["SOT1", "direct-construction"]
per-path-ignores = {"legacy/**" = ["SOT201"], "a\\"b/**" = ["SOT101", "SOT3"]}
severity = {SOT205 = "warning"}

[contracts.room]
canonical = "app.rooms.Room"
instances = "shared"
retired = ["Hall", "app.halls.*"]
reason = "one\\n\\"room\\" \\u007f 😀 \\\\"
suppressible = false

[contracts.door]
canonical = "app.doors.Door"
factories = ["app.doors.open"]

[[exemptions]]
path = "legacy/**"
code = "SOT201"
reason = "moves in spring"
until = 2027-03-01
"""


def parse(text: str) -> Settings:
    return loading.parse(text.encode(), Path("/project/ssot-lint.toml"), codes=CODES)


def test_settings_in_force_can_be_read_again() -> None:
    first = parse(SETTINGS)
    again = parse(in_force.render(first, "ssot-lint.toml", CODES, Paint(False)))
    places = {"sources": {}, "contract_lines": {}}
    exemptions = tuple(replace(one, line=0) for one in first.exemptions)
    assert replace(again, **places, exemptions=tuple(replace(one, line=0) for one in again.exemptions)) == (
        replace(first, **places, exemptions=exemptions)
    )


def test_settings_say_where_each_comes_from_and_what_is_off() -> None:
    lines = in_force.render(parse(SETTINGS), "api/ssot-lint.toml", CODES, Paint(False)).splitlines()
    assert lines[0] == "# in force: api/ssot-lint.toml"
    assert 'src = ["src"]  # ssot-lint.toml' in lines
    assert 'fail-on = "error"  # default' in lines
    assert 'severity = {SOT205 = "warning"}  # ssot-lint.toml' in lines
    assert "[contracts.room]  # ssot-lint.toml:6" in lines
    assert "[[exemptions]]  # ssot-lint.toml:17" in lines
    assert [line for line in lines if "off" in line] == [
        "# SOT201 to SOT206 are off: the contract has neither `factories` nor `build-in`",
        '# SOT301 to SOT306 are off: the contract has `instances = "shared"`',
    ]


def test_settings_as_data() -> None:
    document = in_force.document(parse(SETTINGS), "api/ssot-lint.toml", CODES)
    plain = json.loads(json.dumps(document))
    assert plain["file"] == "api/ssot-lint.toml"
    assert plain["settings"]["fail-on"] == {"value": "error", "source": None}
    assert plain["settings"]["src"] == {"value": ["src"], "source": "ssot-lint.toml"}
    assert plain["contracts"]["door"] == {
        "kind": "class",
        "line": 13,
        "keys": {
            "canonical": {"value": "app.doors.Door", "source": "ssot-lint.toml"},
            "factories": {"value": ["app.doors.open"], "source": "ssot-lint.toml"},
            "instances": {"value": "isolated", "source": None},
            "local-rename": {"value": "flag", "source": None},
            "duplicates": {"value": "names", "source": None},
            "similarity": {"value": 0.8, "source": None},
            "suppressible": {"value": True, "source": None},
        },
        "off": [],
    }
    assert plain["exemptions"] == [
        {
            "line": 17,
            "path": "legacy/**",
            "code": "SOT201",
            "reason": "moves in spring",
            "until": "2027-03-01",
        }
    ]
