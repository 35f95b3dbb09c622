"""Training of an arm policy on demonstrations."""
