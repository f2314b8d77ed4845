"""The parts of ``fix``, and of ``check --fix``: what is asked, what is shown, what is written."""
