"""What one shift leaves to the next: put together, written down as text, Markdown or JSON, read from a journal."""
