"""The state of all files goes in; what is shared, and written to after import, comes out: SOT3xx without a contract.

The evidence is a write: to what, from which function, and that this function can run after import. A thing that
nothing writes to is silent, whatever it is made of, and so is a thing that only code which runs at import writes to.

``classes`` knows what is a class of the project, ``doings`` who does what to which thing, ``timing`` when that can
happen, and ``changes`` which methods change an object. A module judges each kind of thing that can be shared.
"""
