"""Where an operator was when the console ended, and back there when it begins again."""
