"""`python -m reviewer` is the same as `reviewer`."""

from reviewer.cli import run

run()
