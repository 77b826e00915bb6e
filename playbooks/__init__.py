"""Contingency playbooks: written beforehand, confirmed by a person, executed once, verified, reverted on time."""
