"""The deck in a browser: who may in, the page, and one console process for each open tab."""
