"""Drawing as pure functions: values in, lines of (text, style name) out. Widgets only put them on the screen."""
