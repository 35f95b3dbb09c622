"""Comparisons of many training runs: the transfer study and distillation, each with a report."""
