"""Desk and console apart: what goes over the wire between `dutydeck serve` and `dutydeck attach`, and who may what."""
