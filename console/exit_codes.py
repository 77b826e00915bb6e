"""What the command line's exit codes mean: 0 is success, and only that."""

EXIT_FAILED = 1
"""It ran and did not succeed."""
EXIT_USAGE = 2
"""What was asked for or read is wrong."""
EXIT_UNJOURNALLED = 3
"""It ran, and not everything could be written to the journal."""
EXIT_INTERRUPTED = 130
