"""The callables by which tests put something else in a place: each by the end of its path.

A mock works by patching a name in the module that uses it.
"""

SETTERS = frozenset("setattr delattr monkeypatch.setattr monkeypatch.delattr".split())
"""The place is an attribute: of an object, or as a dotted path."""

BY_PATH = frozenset("patch patch.dict patch.multiple".split())
"""The place is a dotted path."""

MOCKS = BY_PATH | {"patch.object"}
"""Those of unittest.mock."""

PATCHERS = SETTERS | MOCKS

SPIES = frozenset(f"{scope}mocker.spy" for scope in ("", "class_", "module_", "package_", "session_"))
"""pytest-mock's: what is called there is called as before, by way of a mock that takes its place."""

CHANGERS = PATCHERS - {"patch"} | {"monkeypatch.setitem", "monkeypatch.delitem"} | SPIES
"""They change their first argument, or an attribute of it."""
