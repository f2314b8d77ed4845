"""``python -m ssot_lint``: the same as the ``ssot-lint`` command.

Python looks for modules in the working directory first, which is the project to be judged: its ``json.py`` would be
imported in place of Python's own. So the directory goes before anything is imported.
"""

import os
import sys


def _keep_out(path: list[str]) -> None:
    """Takes the working directory out of a path of imports, however it came there: by ``-m``, or by an empty part of
    PYTHONPATH. All stays where Python was told to keep it out itself (``-P``, ``-I``), and where we are found there."""
    if sys.flags.isolated or getattr(sys.flags, "safe_path", False):
        return
    try:
        here = os.path.realpath(os.curdir)
        own = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
        if own != here:
            path[:] = [one for one in path if os.path.realpath(one or os.curdir) != here]
    except OSError:
        # There is no working directory, and nothing in it.
        pass


_keep_out(sys.path)

from ssot_lint.cli import entry  # noqa: E402

if __name__ == "__main__":
    entry()
