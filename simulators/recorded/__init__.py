"""The load of a recording: what came in, who was there, and a scenario of both that can be drilled on."""
