"""The commands of the command line, a module or a folder for each group."""
