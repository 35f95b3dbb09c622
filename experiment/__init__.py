"""The ground floor: errors, configs, run folders, tables, statistics and provenance."""
