"""Checks of a dataset before training: contact sheet, statistics and diversity."""
