"""What sites say: contract, links, board, contact events, recordings, journal. Imports nothing above it."""
