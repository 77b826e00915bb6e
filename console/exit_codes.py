"""What the command line's exit codes mean: 0 is success, and only that."""

EXIT_FAILED = 1
"""It ran and did not succeed."""
EXIT_USAGE = 2
"""What was asked for or read is wrong."""
EXIT_GUARD = 3
"""A guard, a lock or a limit refused it; nothing was started."""
EXIT_APPROVAL = 4
"""Somebody has to say yes first."""
EXIT_UNDONE = 5
"""It failed, and what had been done was taken back."""
EXIT_UNKNOWN = 6
"""Nobody can say what came of it: look."""
EXIT_UNJOURNALLED = 7
"""It ran, and not everything could be written to the journal."""
EXIT_INTERRUPTED = 130
