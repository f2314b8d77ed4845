"""What is printed besides findings: settings, rule pages, differences, profiles."""
