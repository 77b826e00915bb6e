"""The simulator against theory: what `python docs/write_validation.py` puts into docs/validation.md."""
