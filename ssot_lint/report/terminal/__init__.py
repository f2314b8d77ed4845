"""What only a terminal shows: colours, and the line of code under a finding."""
