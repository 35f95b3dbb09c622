"""Improvement of an arm policy: a script takes over where the policy fails, and corrects it."""
