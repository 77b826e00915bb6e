"""How a simulated site carries orders out, by kind of lever."""
