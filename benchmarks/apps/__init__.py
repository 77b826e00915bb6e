"""The programs that the terminal benchmarks run in a pseudo-terminal."""
