"""pylint's files and pytest's sessions → what the engine finds, as these tools report it; and two fixtures of pytest,
which run the code of the tests that ask for them. Thin: nothing is judged here.
"""
