"""`python -m console` is `dutydeck`."""

from console.cli import run

run()
