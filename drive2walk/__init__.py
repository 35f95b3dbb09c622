"""The command line, the demo and the agent that joins eyes, legs and arms."""
