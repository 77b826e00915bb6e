"""One module a group of commands; each adds itself to the command line with `register(app)`."""
