"""Rules over the board, evaluated for all queues at once, and the life of an alert."""
