"""Adapters: somebody else's log or protocol, turned into contact events of this house."""
