"""One file's tree → sketches of its definitions: a hash of each statement, without what a definition calls its own."""
