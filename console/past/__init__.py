"""What the desk showed before: past views kept as changes, read again, and the events of the day beside them."""
