"""A finding and its file go in; edits of texts come out. What a fix does is said by values; nothing is written here.

``source`` is the file as edits see it, ``names`` tells what may be renamed, ``imports`` changes import statements, and
``repair`` is what a rule's fixer is given. ``merge`` brings the fixes of many findings together.
"""
