"""The facts of all files go in; links come out: each name by which a symbol can be reached, with its chain.

It opens no file.
"""

__all__ = ["index"]
