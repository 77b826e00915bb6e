"""The next half hour of every queue with a plan and without it, from the projection's own numbers."""
