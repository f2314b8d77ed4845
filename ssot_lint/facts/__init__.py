"""The bytes of one file go in; one record of what the file says comes out.

It knows no other file and no settings. The prefilter is here, too: it tells by bytes alone that a file cannot matter.
"""

__all__ = ["extract"]
