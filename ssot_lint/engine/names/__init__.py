"""What somebody writes for a symbol → the contract that is meant, all spellings of its symbol, how it is made. Pure."""
