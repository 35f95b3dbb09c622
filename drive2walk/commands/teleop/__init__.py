"""Commands of the arms."""
