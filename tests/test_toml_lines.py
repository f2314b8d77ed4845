"""Lines of keys in TOML: examples of each way to write a key, and agreement with the parser."""

from __future__ import annotations

import tomli
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ssot_lint.settings.positions import Keys, locate, nearest

DOCUMENT = '''\
top = 1  # top = 2
a.b = 1.5
"q.r" = [1,
  2, # ] "
  """x
]""",
  5 ]

[tool.ssot-lint]
t = {x = [ "a", # a comment
  "b"], y.z = 2027-03-01 10:00:00}
text = \'\'\'
[not.a.table]
key = 1\'\'\'
"quoted key" = "with \\" [quote]"

[[tool.ssot-lint.exemptions]]
path = "x"

[[tool.ssot-lint.exemptions]]
path = 'y'
[tool.ssot-lint.exemptions.sub]
u = 1
'''


def test_each_way_to_write_a_key() -> None:
    lines = locate(DOCUMENT)
    ours = ("tool", "ssot-lint")
    assert lines[("top",)] == 1
    assert lines[("a", "b")] == 2
    assert [lines["q.r", index] for index in range(4)] == [3, 4, 5, 7]
    assert lines[ours] == 9
    assert [lines[(*ours, "t", "x", index)] for index in range(2)] == [10, 11]
    assert lines[(*ours, "t", "y", "z")] == 11
    assert lines[(*ours, "text")] == 12
    assert lines[(*ours, "quoted key")] == 15
    assert [lines[(*ours, "exemptions", index)] for index in range(2)] == [17, 20]
    assert [lines[(*ours, "exemptions", index, "path")] for index in range(2)] == [18, 21]
    assert lines[(*ours, "exemptions", 1, "sub", "u")] == 23
    assert ("not",) not in lines


def test_lines_do_not_depend_on_the_kind_of_newline() -> None:
    assert locate(DOCUMENT.replace("\n", "\r\n")) == locate(DOCUMENT)


def test_nearest_is_the_thing_around() -> None:
    lines = locate('[a]\n"\\u0062" = 1\nc = [1]\n')
    assert nearest(lines, ("a", "b")) == 1
    assert nearest(lines, ("a", "c", 0, "d")) == 3
    assert nearest(lines, ("x",)) == 0


# A slow machine is no failure.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

BARE = st.sampled_from(["a", "b", "c-d", "1", "e_f"])
SCALAR = st.sampled_from(
    [
        "1",
        "-1.5e3",
        "true",
        '"s"',
        "'#'",
        '"]"',
        '"""\n,\n"""',
        "''''x'''",
        '"""a"""""',
        "2027-03-01",
        "07:32:00.5",
    ]
)
VALUE = st.recursive(
    SCALAR,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[ # c ]\n" + " ,\n".join(items) + "]"),
        st.dictionaries(BARE, inner, max_size=3).map(
            lambda items: "{" + ", ".join(f"{name} = {value}" for name, value in items.items()) + "}"
        ),
    ),
    max_leaves=6,
)
ENTRY = st.builds("{} = {}\n".format, st.lists(BARE, min_size=1, max_size=3).map(" . ".join), VALUE)
HEADER = st.builds(
    lambda keys, array: "[[{}]]\n".format(".".join(keys)) if array else "[{}] # c\n".format(".".join(keys)),
    st.lists(BARE, min_size=1, max_size=3),
    st.booleans(),
)


def _keys(value: object, at: Keys) -> set[Keys]:
    if isinstance(value, dict):
        return {at}.union(*(_keys(item, (*at, name)) for name, item in value.items()))
    if isinstance(value, list):
        return {at}.union(*(_keys(item, (*at, index)) for index, item in enumerate(value)))
    return {at}


@patient
@given(st.lists(st.one_of(ENTRY, HEADER), max_size=6).map("".join))
def test_the_keys_are_those_that_the_parser_finds(text: str) -> None:
    try:
        document = tomli.loads(text)
    except tomli.TOMLDecodeError:
        locate(text)  # No lines are promised, but no error either.
        return
    expected = {keys for keys in _keys(document, ()) if 0 < len(keys) <= 8}
    assert set(locate(text)) == expected


@patient
@given(st.text(alphabet=st.sampled_from("ab.\"'[]{}=,#\n\\ "), max_size=60))
def test_any_text_has_lines_and_they_exist(text: str) -> None:
    assert all(1 <= line <= text.count("\n") + 1 for line in locate(text).values())
