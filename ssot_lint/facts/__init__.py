"""The bytes of one file go in; one record of what the file says comes out.

The package knows no other file and no settings. The prefilter is here, too: from the bytes alone it tells that a file
cannot matter.
"""

__all__ = ["extract"]
