"""Images of recorded episodes, rendered from simulator states."""
