"""Path globs: examples of the dialect, and laws that hold for any glob and any path."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ssot_lint.settings.globs import matches


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("legacy/**", "legacy/a.py"),
        ("legacy/**", "legacy/a/b/c.py"),
        ("**", "a.py"),
        ("**", "a/b.py"),
        ("**/test_*.py", "test_x.py"),
        ("**/test_*.py", "a/b/test_x.py"),
        ("**/conftest.py", "conftest.py"),
        ("**/legacy", "a/legacy/b.py"),
        ("**/legacy/**", "a/legacy/b.py"),
        ("**/legacy/**", "legacy/b.py"),
        ("vendor", "vendor/a/b.py"),
        ("vendor", "vendor"),
        ("vendor/", "vendor/a/b.py"),
        ("build*/", "build1/a.py"),
        ("a/**/b.py", "a/b.py"),
        ("a/**/b.py", "a/x/y/b.py"),
        ("a/**/b/**/c.py", "a/b/b/x/c.py"),
        ("a/**/**/b.py", "a/b.py"),
        ("app/*.py", "app/x.py"),
        ("app/*/x.py", "app/a/x.py"),
        ("app/?.py", "app/x.py"),
        ("app/[xy].py", "app/y.py"),
        ("app/[!xy].py", "app/z.py"),
        ("a.py", "a.py"),
        ("ä/*.py", "ä/ö.py"),
        ("a**b.py", "axxb.py"),
    ],
)
def test_match(glob: str, path: str) -> None:
    assert matches(glob, path)


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("legacy/**", "legacy"),
        ("legacy/**", "legacy.py"),
        ("legacy/**", "a/legacy/b.py"),
        ("vendor", "a/vendor/b.py"),
        ("vendor", "vendored/b.py"),
        ("app/*", "app/a/b.py"),
        ("app/*.py", "app/a/b.py"),
        ("*.py", "app/a.py"),
        ("build*", "build1/a.py"),
        ("app/?.py", "app//.py"),
        ("app/?.py", "app/xy.py"),
        ("a/**/b.py", "a/b.pyc"),
        ("a.py", "axpy"),
        ("a.py", "A.py"),
        ("app/[xy].py", "app/z.py"),
        ("app/(x|y).py", "app/x.py"),
        ("a/b/c", "a/b"),
        ("test_*.py", "test_x.py\n"),
        ("", "a.py"),
    ],
)
def test_no_match(glob: str, path: str) -> None:
    assert not matches(glob, path)


# A slow machine is no failure.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

NAMES = st.text("ab.-_ä", min_size=1, max_size=4).filter(lambda name: name.strip("."))
PATHS = st.lists(NAMES, min_size=1, max_size=5).map("/".join)
GLOBS = st.lists(
    st.one_of(NAMES, st.sampled_from(["*", "**", "a*", "?", "[ab]"])), min_size=1, max_size=5
).map("/".join)


@patient
@given(PATHS)
def test_a_path_matches_itself_and_everything(path: str) -> None:
    assert matches(path, path)
    assert matches("**", path)
    assert matches("**/*", path)


@patient
@given(PATHS, PATHS)
def test_a_folder_covers_what_is_below_it_and_a_tail_nothing_else(folder: str, path: str) -> None:
    below = f"{folder}/{path}"
    assert matches(folder, below)
    assert matches(f"{folder}/", below)
    assert matches(f"{folder}/**", below)
    assert not matches(f"{folder}/**", folder)


@patient
@given(GLOBS, PATHS, PATHS)
def test_what_matches_at_the_top_matches_anywhere_after_two_stars(glob: str, path: str, above: str) -> None:
    if matches(glob, path):
        assert matches(f"**/{glob}", path)
        assert matches(f"**/{glob}", f"{above}/{path}")
        assert matches(f"{above}/{glob}", f"{above}/{path}")


@patient
@given(st.lists(st.sampled_from(["a", "b", "*", "a*"]), min_size=1, max_size=5), PATHS)
def test_without_two_stars_only_paths_at_least_as_deep_match(parts: list[str], path: str) -> None:
    names = path.split("/")
    if matches("/".join(parts), path):
        assert len(names) == len(parts) if "*" in parts[-1] else len(names) >= len(parts)


@patient
@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_is_judged_without_an_error(glob: str, path: str) -> None:
    assert matches(glob, path) in (True, False)


def test_many_stars_end() -> None:
    assert not matches("/".join(["**", "a"] * 40) + "/b", "/".join(["a"] * 400))
    assert not matches("*a" * 40 + "b", "a" * 400)
