"""Telling people and systems what alerts do: what is said to whom, in which words, and again until it has arrived."""
