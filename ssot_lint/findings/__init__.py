"""Findings go in; those that are to be reported come out.

Comments, exemptions, the baseline and the selection of codes take away; nothing here adds a finding.
"""

__all__ = ["suppress"]
