"""Environments with Gymnasium's interface; ``registration`` gives them ids."""
