"""The plan of the day: contacts expected and agents rostered by interval, what follows from them, and from the day."""
