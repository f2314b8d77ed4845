"""A text and a place in it → the words that may stand there. A text that is typed need not parse: its tokens tell."""
