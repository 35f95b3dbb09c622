"""Films of the demo, of training, and small previews of films."""
