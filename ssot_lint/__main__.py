"""``python -m ssot_lint``: the same as the ``ssot-lint`` command."""

from ssot_lint.cli import entry

if __name__ == "__main__":
    entry()
