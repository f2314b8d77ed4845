"""Where bytes come from and go to: the disk, git's objects, unsaved buffers; and which Python files there are.

This package alone touches files and runs git. What it writes is written whole or not at all.
"""

__all__ = ["listing"]
