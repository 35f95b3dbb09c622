"""Comparisons of many trainings: the transfer study and distillation, each with its report."""
