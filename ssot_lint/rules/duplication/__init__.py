"""SOT4xx, duplication: is there a second definition of what the contract protects? A module for each rule."""
