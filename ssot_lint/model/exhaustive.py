"""The last case of a ``match`` that covers every member of a type: mypy names a member that has no case."""

from typing import NoReturn


def assert_never(value: NoReturn) -> NoReturn:
    """``typing`` has this since Python 3.11."""
    raise AssertionError(f"a case is missing for {value!r}")
