"""Views under a name: what rows, filtered and sorted how, with which columns."""
