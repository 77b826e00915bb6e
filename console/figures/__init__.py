"""What stands behind a figure: where it is taken, what it is made of, whether its parts add up, and how old it is."""
