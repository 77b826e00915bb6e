"""The leader board: who sells, converts, answers and pleases most, by site or team, in a window of time."""
