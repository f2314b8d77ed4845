"""Findings go in; those that are to be reported come out.

Comments, exemptions, the baseline and the selection of codes take away. Only what is wrong with excuses is added here:
SOT904 to SOT906.
"""

__all__ = ["suppress"]
