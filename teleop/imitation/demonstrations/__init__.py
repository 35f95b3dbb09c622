"""Demonstrations: recorded episodes as what a policy would have seen, felt and should have done."""
