"""Moves of agents between sites: what people are worth where, and which of them should change place."""
