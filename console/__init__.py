"""The desk that runs without a screen, the terminal app that sits at it, and the command line."""
