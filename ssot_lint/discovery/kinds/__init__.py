"""What was seen of a project goes in; drafts of contracts come out, a module for each kind. Nothing is counted here."""
