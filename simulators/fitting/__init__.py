"""Calibration: what a real log of contacts says about arrivals, handle time, patience and people on shift."""
