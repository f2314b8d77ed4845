"""What runs remember, in a store of two files: facts by the digest of their bytes, and the verdict of the last run.

Whatever is damaged in the store counts as not there.
"""

__all__ = ["memory"]
