"""Widgets drawn line by line (Textual's Line API): what changes every second costs only the rows that changed."""
