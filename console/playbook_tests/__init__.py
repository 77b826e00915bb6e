"""Playbook tests: a desk over simulated sites, decisions, kills, and what must have come of it."""
