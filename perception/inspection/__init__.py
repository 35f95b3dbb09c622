"""Looking at a dataset before training does: contact sheet, statistics, diversity."""
