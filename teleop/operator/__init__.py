"""The operator's input, and the guard that checks it against limits."""
