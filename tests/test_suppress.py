"""What excuses a finding, what does not, and what is wrong with the excuses themselves."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssot_lint.facts import comments
from ssot_lint.findings.suppress import Extent, Suppression, apply
from ssot_lint.model.finding import Finding, Span
from ssot_lint.model.rules import ALL
from ssot_lint.settings import loading
from ssot_lint.settings.members import ROOT, Part
from ssot_lint.settings.settings import Settings

CODES = {rule.code: rule.name for rule in ALL}
TODAY = datetime.date(2026, 11, 5)
FILE = "app/jobs.py"


def found(
    code: str = "SOT201",
    line: int = 1,
    path: str = FILE,
    contract: str = "mailer",
    symbol: str = "app.mail.Mailer",
    spelled: str = "M",
    resolved: str = "",
    suppressible: bool = True,
) -> Finding:
    return Finding(
        code=code,
        name=CODES[code],
        message="found",
        path=path,
        span=Span(line, 4, line, 9),
        contract=contract,
        symbol=symbol,
        spelled=spelled,
        resolved=resolved,
        suppressible=suppressible,
    )


def exempting(*tables: str) -> Settings:
    """Settings with these exemptions; the header of the first stands in line 4."""
    text = "\n".join(
        [
            "[contracts]",
            'mailer = {canonical = "app.mail.Mailer"}',
            'clock = {canonical = "app.time.Clock"}',
            *(f"[[exemptions]]\n{table}" for table in tables),
        ]
    )
    return loading.parse(text.encode(), Path("/project/ssot-lint.toml"), codes=CODES)


def judge(
    *findings: Finding,
    source: str = "",
    sources: dict[str, str] | None = None,
    settings: Settings | None = None,
    today: datetime.date = TODAY,
    whole: bool = True,
    judged: Callable[[str], bool] = lambda path: True,
    doubtful: Collection[str] = (),
) -> Suppression:
    sources = sources or {FILE: source}
    return apply(
        Part(ROOT, settings or exempting()),
        sorted(findings, key=lambda one: (one.path, one.span, one.code)),
        {path: comments.read(text.encode()) for path, text in sources.items() if text},
        Extent(None if whole else judged, doubtful, today),
    )


def kept(outcome: Suppression) -> list[tuple[str, int, str]]:
    """What is left, without the messages of the findings that came in."""
    return [(one.code, one.span.line, one.message if one.message != "found" else "") for one in outcome.kept]


def excused(outcome: Suppression) -> list[tuple[str, str, str]]:
    return [(one.finding.code, one.by, one.reason) for one in outcome.suppressed]


def test_nothing_to_excuse_with() -> None:
    finding = found()
    assert judge(finding) == Suppression((finding,), ())


# Comments of ours.


@pytest.mark.parametrize("words", ["[SOT201]", "[SOT2]", "[SOT]", "[direct-construction]", ""])
def test_a_comment_excuses_by_code_prefix_name_or_all(words: str) -> None:
    outcome = judge(found("SOT201"), source=f"x = M()  # ssot: allow{words} nightly job\n")
    assert kept(outcome) == []
    assert excused(outcome) == [("SOT201", f"comment {FILE}:1", "nightly job")]


def test_a_comment_excuses_only_its_codes_lines_and_file() -> None:
    source = "x = M()  # ssot: allow[SOT201] nightly job\ny = M()\n"
    other = found(path="app/other.py")
    outcome = judge(found("SOT201"), found("SOT301"), found("SOT201", 2), other, source=source)
    assert kept(outcome) == [("SOT301", 1, ""), ("SOT201", 2, ""), ("SOT201", 1, "")]
    assert excused(outcome) == [("SOT201", f"comment {FILE}:1", "nightly job")]


def test_it_is_the_line_where_a_finding_starts_that_counts() -> None:
    source = "x = [\n    M(\n    ),  # ssot: allow[SOT201] nightly job\n]\ny = M(\n)\n"
    outcome = judge(*(found(line=line) for line in range(1, 6)), source=source)
    assert kept(outcome) == [("SOT201", 5, "")]


@pytest.mark.parametrize("words", ["[SOT201]", "[SOT201, SOT301]", ""])
def test_while_a_contract_does_not_hold_no_comment_is_unused(words: str) -> None:
    source = f"x = 1  # ssot: allow{words} nightly job\n"
    assert kept(judge(source=source)) != []
    assert kept(judge(source=source, doubtful=["clock"])) == []
    # What is wrong whatever is found is said all the same.
    assert [
        code for code, _, _ in kept(judge(source="x = 1  # ssot: allow[SOT9] x\n", doubtful=["clock"]))
    ] == ["SOT904"]


@pytest.mark.parametrize(
    ("table", "unused"),
    [
        ('contract = "mailer"', True),
        ('contract = "clock"', False),
        ('path = "app/*"', False),
        ('path = "app/*"\ncontract = "mailer"', True),
    ],
)
def test_while_a_contract_does_not_hold_no_exemption_that_may_be_of_it_is_unused(
    table: str, unused: bool
) -> None:
    settings = exempting(f'{table}\nreason = "x"')
    assert [one[0] for one in kept(judge(settings=settings))] == ["SOT904"]
    assert [one[0] for one in kept(judge(settings=settings, doubtful=["clock"]))] == ["SOT904"] * unused


@pytest.mark.parametrize(
    ("path", "unused"), [(FILE, True), ("app/other.py", False), ("app/*", False), ("", False)]
)
def test_no_exemption_of_a_file_that_cannot_be_parsed_is_unused(path: str, unused: bool) -> None:
    where = f'path = "{path}"\n' if path else ""
    settings = exempting(f'{where}code = "SOT201"\nreason = "x"')
    broken = found("SOT900", path="app/other.py", contract="")
    assert [one[0] for one in kept(judge(broken, settings=settings)) if one[0] != "SOT900"] == [
        "SOT904"
    ] * unused


def test_an_unused_comment() -> None:
    source = (
        "x = 1  # ssot: allow[SOT201] a\n"
        "y = 1  # ssot: allow b\n"
        "# ssot: allow[SOT2, alias-import, SOT2] c\n"
        "z = [\n"
        "]\n"
    )
    outcome = judge(found(line=6), source=source)
    assert kept(outcome) == [
        ("SOT904", 1, "the comment excuses nothing: no `SOT201` in line 1; remove it"),
        ("SOT904", 2, "the comment excuses nothing: no finding in line 2; remove it"),
        (
            "SOT904",
            3,
            "the comment excuses nothing: no `SOT2` or `alias-import` in lines 4 to 5; remove it",
        ),
        ("SOT201", 6, ""),
    ]
    unused = outcome.kept[1]
    assert (unused.name, unused.severity, unused.path) == ("unused-exemption", "error", FILE)
    assert unused.span == Span(2, 7, 2, 22)
    assert not unused.suppressible


def test_a_word_that_excuses_nothing_beside_one_that_does() -> None:
    source = "x = M()  # ssot: allow[SOT201, SOT301, SOT201, SOT2] a\n"
    assert kept(judge(found(), source=source)) == [
        ("SOT904", 1, "`SOT301` excuses nothing in line 1; remove it from the brackets")
    ]


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("SOT2O1", "`SOT2O1` is no code, prefix of codes or name of a rule; did you mean `SOT201`?"),
        ("sot201", "`sot201` is no code, prefix of codes or name of a rule; did you mean `SOT201`?"),
        (
            "direct-constructoin",
            "`direct-constructoin` is no code, prefix of codes or name of a rule; "
            "did you mean `direct-construction`?",
        ),
        ("E501", "`E501` is no code, prefix of codes or name of a rule"),
    ],
)
def test_a_word_that_names_nothing(word: str, message: str) -> None:
    assert kept(judge(found(), source=f"x = M()  # ssot: allow[{word}] a\n")) == [
        ("SOT201", 1, ""),
        ("SOT904", 1, message),
    ]
    # The other words do their work.
    assert kept(judge(found(), source=f"x = M()  # ssot: allow[{word}, SOT201] a\n")) == [
        ("SOT904", 1, message)
    ]


@pytest.mark.parametrize("word", ["SOT9", "SOT900", "SOT904", "unused-exemption", "unparsable-file"])
def test_no_comment_excuses_findings_about_the_lint_itself(word: str) -> None:
    message = f"`{word}` cannot be excused by a comment, only by an exemption in the settings"
    assert kept(judge(source=f"x = 1  # ssot: allow[{word}] a\n")) == [("SOT904", 1, message)]


@pytest.mark.parametrize(
    "comment", ["# ssot: allow a", "# ssot: allow[SOT] a", "# noqa", "# noqa: SOT900", "# flake8: noqa"]
)
def test_an_unparsable_file_is_not_excused_by_a_comment(comment: str) -> None:
    assert kept(judge(found("SOT900"), source=f"{comment}\nx = 1\n")) == [("SOT900", 1, "")]


def test_in_an_unparsable_file_no_comment_is_judged() -> None:
    source = "x = 1  # ssot: allow[SOT201]\ny = 1  # ssot: alow\nz = 1  # ssot: allow[SOT9] c\n"
    assert kept(judge(found("SOT900"), source=source)) == [("SOT900", 1, "")]
    assert len(judge(found("SOT900", path="b.py"), source=source).kept) == 4


def test_a_comment_does_not_excuse_what_is_found_about_another() -> None:
    source = "x = M()  # ssot: allow a  # ssot: allow[SOT3] b  # ssot: allow[SOT2]\n"
    assert kept(judge(found(), source=source)) == [
        ("SOT904", 1, "the comment excuses nothing: no `SOT3` in line 1; remove it"),
        ("SOT906", 1, "the comment gives no reason; write `# ssot: allow[SOT2] reason`"),
    ]


@pytest.mark.parametrize(
    ("words", "remedy"), [("[SOT201, SOT2]", "[SOT201, SOT2]"), ("", ""), ("[ SOT201 ]:", "[SOT201]")]
)
def test_a_comment_without_a_reason_excuses_and_is_told(words: str, remedy: str) -> None:
    outcome = judge(found(), source=f"x = M()  # ssot: allow{words}\n")
    message = f"the comment gives no reason; write `# ssot: allow{remedy} reason`"
    assert kept(outcome) == [("SOT906", 1, message)]
    assert excused(outcome) == [("SOT201", f"comment {FILE}:1", "")]
    assert outcome.kept[0].name == "unexplained-exemption"


def test_an_unused_comment_without_a_reason_is_unused_alone() -> None:
    assert [one.code for one in judge(source="x = 1  # ssot: allow[SOT201]\n").kept] == ["SOT904"]


def test_a_malformed_comment_excuses_nothing_and_is_told() -> None:
    assert kept(judge(found(), source="x = M()  # ssot: alow[SOT201] a\n")) == [
        ("SOT201", 1, ""),
        ("SOT906", 1, "`alow` is no word that may follow `# ssot:`; did you mean `allow`?"),
    ]


def test_the_name_of_a_rule_outside_of_brackets() -> None:
    assert kept(judge(found(), source="x = M()  # ssot: allow direct-construction: nightly job\n")) == [
        ("SOT201", 1, ""),
        (
            "SOT906",
            1,
            "`direct-construction` stands outside of brackets; "
            "write `# ssot: allow[direct-construction] reason`",
        ),
    ]


def test_comments_of_files_that_were_not_judged_are_not_judged() -> None:
    sources = {FILE: "x = 1  # ssot: allow[SOT201] a\n", "b.py": "x = 1  # ssot: allow\n"}
    outcome = judge(sources=sources, whole=False, judged="b.py".__eq__)
    assert [(one.path, one.code) for one in outcome.kept] == [("b.py", "SOT904")]


# flake8's comments.


@pytest.mark.parametrize("comment", ["# noqa", "# noqa: SOT201", "# noqa:E501,SOT2", "# NOQA: SOT20 x"])
def test_noqa_excuses_as_in_flake8(comment: str) -> None:
    outcome = judge(found(), source=f"x = M()  {comment}\n")
    assert (kept(outcome), excused(outcome)) == ([], [("SOT201", f"comment {FILE}:1", "")])


@pytest.mark.parametrize(
    "comment", ["# noqa: SOT3", "# noqa: sot201", "#noqa", "# noqa: E501", "# x = 1 # flake8: noqa"]
)
def test_noqa_that_does_not_excuse_is_no_finding(comment: str) -> None:
    assert kept(judge(found(), source=f"x = M()  {comment}\n")) == [("SOT201", 1, "")]


def test_noqa_knows_no_names_of_rules() -> None:
    # To flake8 this is a noqa for all codes.
    assert kept(judge(found("SOT301"), source="x = M()  # noqa: direct-construction\n")) == []


def test_a_noqa_for_the_file_excuses_all_that_is_in_it_with_any_code() -> None:
    source = "# flake8: noqa: SOT101\nx = M()\n"
    outcome = judge(found("SOT201", 2), found("SOT301", 0), found("SOT102", 99), source=source)
    assert [one.finding.code for one in outcome.suppressed] == ["SOT301", "SOT201", "SOT102"]
    assert kept(outcome) == []


def test_both_kinds_of_comment_on_one_finding_are_used() -> None:
    source = "x = M()  # noqa: SOT201  # ssot: allow[SOT201] a\n"
    assert kept(judge(found(), source=source)) == []


# Contracts that allow no comment.


@pytest.mark.parametrize("comment", ["# ssot: allow[SOT201] a", "# ssot: allow a", "# noqa: SOT201, E501"])
def test_a_comment_on_what_no_comment_may_excuse_is_told(comment: str) -> None:
    assert kept(judge(found(suppressible=False), source=f"x = M()  {comment}\n")) == [
        ("SOT201", 1, ""),
        (
            "SOT904",
            1,
            "the contract `mailer` lets no comment excuse SOT201; exempt it in the settings",
        ),
    ]


@pytest.mark.parametrize("comment", ["# noqa", "# noqa: S201", "# flake8: noqa"])
def test_a_noqa_that_may_be_meant_for_others_is_not_told(comment: str) -> None:
    source = f"{comment}\nx = M()  {comment}\n"
    assert kept(judge(found(line=2, suppressible=False), source=source)) == [("SOT201", 2, "")]


def test_a_comment_that_excuses_one_contract_and_is_barred_by_another() -> None:
    source = "x = M(), C()  # ssot: allow[SOT201, SOT3]\n"
    outcome = judge(found(), found(contract="clock", suppressible=False), source=source)
    assert kept(outcome) == [
        ("SOT201", 1, ""),
        ("SOT904", 1, "the contract `clock` lets no comment excuse SOT201; exempt it in the settings"),
        ("SOT904", 1, "`SOT3` excuses nothing in line 1; remove it from the brackets"),
        ("SOT906", 1, "the comment gives no reason; write `# ssot: allow[SOT201, SOT3] reason`"),
    ]


def test_the_settings_excuse_what_no_comment_may() -> None:
    settings = exempting('code = "SOT201"\nreason = "r"')
    outcome = judge(found(suppressible=False), settings=settings)
    assert (kept(outcome), excused(outcome)) == ([], [("SOT201", "exemption ssot-lint.toml:4", "r")])


# Exemptions of the settings.


@pytest.mark.parametrize(
    ("table", "holds"),
    [
        ('path = "app/**"', True),
        ('path = "app"', True),
        ('path = "tests/**"', False),
        ('code = "SOT201"', True),
        ('code = "SOT2"', True),
        ('code = "direct-construction"', True),
        ('code = "SOT202"', False),
        ('contract = "mailer"', True),
        ('contract = "clock"', False),
        ('symbol = "app.mail.Mailer"', True),
        ('symbol = "Mailer"', True),
        ('symbol = "Mail*"', True),
        ('symbol = "app.*.Mailer"', True),
        ('symbol = "mail"', False),
        ('symbol = "mailer"', False),
        ('symbol = "mail.Mailer"', False),
        ('symbol = "Post"', True),
        ('symbol = "old.Post"', True),
        ('symbol = "app._post.PostMailer"', True),
        ('symbol = "PostMailer"', True),
        ('path = "app/**"\ncode = "SOT2"\ncontract = "mailer"\nsymbol = "Post"', True),
        ('path = "tests/**"\ncode = "SOT2"\ncontract = "mailer"\nsymbol = "Post"', False),
        ('path = "app/**"\ncode = "SOT3"\ncontract = "mailer"\nsymbol = "Post"', False),
        ('path = "app/**"\ncode = "SOT2"\ncontract = "clock"\nsymbol = "Post"', False),
        ('path = "app/**"\ncode = "SOT2"\ncontract = "mailer"\nsymbol = "Pos"', False),
    ],
)
def test_all_given_parts_of_an_exemption_must_hold(table: str, holds: bool) -> None:
    finding = found(spelled="old.Post", resolved="app._post.PostMailer")
    outcome = judge(finding, settings=exempting(f'{table}\nreason = "r"'))
    assert excused(outcome) == ([("SOT201", "exemption ssot-lint.toml:4", "r")] if holds else [])
    assert [one.code for one in outcome.kept] == ([] if holds else ["SOT201", "SOT904"])


def test_an_exemption_does_not_match_a_symbol_that_a_finding_does_not_have() -> None:
    settings = exempting('symbol = "*er"\nreason = "r"')
    assert excused(judge(found(symbol="", spelled=""), settings=settings)) == []


def test_one_exemption_excuses_many() -> None:
    settings = exempting('path = "app/**"\nreason = "r"')
    assert kept(judge(found(), found("SOT900", 0, "app/b.py"), found("SOT301", 7), settings=settings)) == []


def test_an_unused_exemption_stands_in_its_file_at_its_line() -> None:
    settings = exempting(
        'path = "app/**"\nreason = "r"',
        'path = "old/**"\ncode = "SOT2"\ncontract = "clock"\nsymbol = "Clock"\nreason = "r"',
    )
    outcome = judge(found(), settings=settings)
    assert kept(outcome) == [
        (
            "SOT904",
            7,
            "the exemption of path `old/**`, code `SOT2`, contract `clock`, symbol `Clock` "
            "excuses nothing; remove it",
        )
    ]
    (unused,) = outcome.kept
    assert (unused.path, unused.span) == ("ssot-lint.toml", Span(7, 0, 7, 0))


def test_the_file_of_an_exemption_may_be_one_that_is_extended() -> None:
    files = {"shared.toml": b'[[exemptions]]\ncode = "SOT3"\nreason = "r"\n'}
    settings = loading.parse(
        b'extends = "shared.toml"\n',
        Path("/project/ssot-lint.toml"),
        codes=CODES,
        read=lambda path: files[path.name],
    )
    assert [(one.path, one.span.line) for one in judge(settings=settings).kept] == [("shared.toml", 1)]
    assert excused(judge(found("SOT301"), settings=settings)) == [("SOT301", "exemption shared.toml:1", "r")]


def test_an_exemption_is_not_unused_when_only_a_part_was_judged() -> None:
    settings = exempting('path = "old/**"\nreason = "r"')
    assert kept(judge(settings=settings, whole=False)) == []


def test_until_is_the_last_day() -> None:
    settings = exempting('code = "SOT2"\nreason = "r"\nuntil = 2026-11-05')
    assert kept(judge(found(), settings=settings, today=TODAY)) == []
    tomorrow = TODAY + datetime.timedelta(days=1)
    for whole in (True, False):
        outcome = judge(found(), settings=settings, today=tomorrow, whole=whole)
        message = "the exemption of code `SOT2` ended on 2026-11-05: repair what it excused, then remove it"
        assert kept(outcome) == [("SOT201", 1, ""), ("SOT905", 4, message)]
        assert excused(outcome) == []
        assert outcome.kept[1].name == "expired-exemption"


def test_an_expired_exemption_that_covers_nothing_is_told_for_the_whole_alone() -> None:
    settings = exempting('code = "SOT2"\nreason = "r"\nuntil = 2020-01-01')
    message = "the exemption of code `SOT2` ended on 2020-01-01: it covers nothing; remove it"
    assert kept(judge(settings=settings)) == [("SOT905", 4, message)]
    assert kept(judge(settings=settings, whole=False)) == []


def test_another_exemption_still_excuses_what_an_expired_one_does_not() -> None:
    settings = exempting('code = "SOT2"\nreason = "a"\nuntil = 2020-01-01', 'code = "SOT201"\nreason = "b"')
    outcome = judge(found(), settings=settings)
    assert [one.code for one in outcome.kept] == ["SOT905"]
    assert excused(outcome) == [("SOT201", "exemption ssot-lint.toml:8", "b")]


def test_all_excuses_of_one_finding_are_used() -> None:
    settings = exempting('code = "SOT2"\nreason = "a"', 'path = "app/**"\nreason = "b"')
    outcome = judge(found(), source="x = M()  # ssot: allow[SOT201] c\n", settings=settings)
    assert kept(outcome) == []
    assert excused(outcome) == [("SOT201", "exemption ssot-lint.toml:4", "a")]


def test_exemptions_excuse_what_is_wrong_with_comments() -> None:
    settings = exempting('path = "app/**"\ncode = "SOT904"\nreason = "r"')
    source = "x = 1  # ssot: allow[SOT201] a\ny = M()  # ssot: allow[SOT201]\n"
    outcome = judge(found(line=2), source=source, settings=settings)
    assert [(one.code, one.span.line) for one in outcome.kept] == [("SOT906", 2)]
    assert [one.finding.code for one in outcome.suppressed] == ["SOT904", "SOT201"]


def test_exemptions_excuse_each_other_but_not_themselves() -> None:
    stale = 'path = "old/**"\nreason = "a"'
    shield = 'path = "ssot-lint.toml"\ncode = "SOT904"\nreason = "b"'
    assert kept(judge(settings=exempting(stale, shield))) == []
    assert kept(judge(settings=exempting(shield, stale))) == []
    assert [(one.code, one.span.line) for one in judge(settings=exempting(shield)).kept] == [("SOT904", 4)]
    two = exempting(shield, 'code = "SOT904"\nreason = "c"')
    assert excused(judge(settings=two)) == [("SOT904", "exemption ssot-lint.toml:8", "c")]
    over = 'path = "old/**"\nreason = "a"\nuntil = 2020-01-01'
    shield = 'code = "SOT905"\nreason = "b"'
    assert kept(judge(settings=exempting(over, shield))) == []


# Laws.


SOURCE = """\
x = M()  # ssot: allow[SOT201] a
# ssot: allow[alias-import]
y = [
    M(),  # noqa: SOT3
]
z = 1  # ssot: alow  # noqa
# ssot: allow[SOT5, SOT2] b
z = M()
"""
FINDINGS = st.builds(
    found,
    code=st.sampled_from(["SOT101", "SOT201", "SOT301", "SOT900"]),
    line=st.integers(0, 9),
    path=st.sampled_from([FILE, "b.py"]),
    contract=st.sampled_from(["mailer", "clock"]),
    suppressible=st.booleans(),
)
TABLES = st.sampled_from(
    [
        'code = "SOT2"\nreason = "a"',
        'contract = "clock"\nreason = "b"\nuntil = 2026-11-04',
        'path = "app/*.py"\ncode = "SOT1"\nreason = "c"',
        'code = "SOT904"\nreason = "d"',
    ]
)


@given(st.lists(FINDINGS, max_size=8), st.lists(TABLES, unique=True), st.booleans())
def test_no_finding_is_lost_or_doubled_and_all_is_in_order(
    findings: list[Finding], tables: list[str], whole: bool
) -> None:
    settings = exempting(*tables)
    outcome = judge(*findings, source=SOURCE, settings=settings, whole=whole)
    everything = [*outcome.kept, *(one.finding for one in outcome.suppressed)]
    assert sorted(map(repr, findings)) == sorted(repr(one) for one in everything if one.message == "found")
    own = [one for one in everything if one.message != "found"]
    assert {one.code for one in own} <= {"SOT904", "SOT905", "SOT906"}
    assert all(one.name == CODES[one.code] and one.severity == "error" for one in own)
    for part in (outcome.kept, [one.finding for one in outcome.suppressed]):
        places = [(one.path, one.span, one.code) for one in part]
        assert places == sorted(places)
    for one in outcome.suppressed:
        if one.by.startswith("comment"):
            assert one.finding.suppressible
            assert not one.finding.code.startswith("SOT9")


@given(st.lists(FINDINGS, max_size=8), st.lists(TABLES, unique=True))
def test_a_part_says_nothing_that_the_whole_does_not(findings: list[Finding], tables: list[str]) -> None:
    settings = exempting(*tables)
    whole = judge(*findings, source=SOURCE, settings=settings)
    part = judge(*findings, source=SOURCE, settings=settings, whole=False)
    told = {*map(repr, whole.kept), *(repr(one.finding) for one in whole.suppressed)}
    assert set(map(repr, part.kept)) <= told
