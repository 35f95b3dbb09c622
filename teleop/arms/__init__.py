"""From hand targets to joint targets of the arms."""
