"""The ground floor: errors, configs, run folders, tables, results, statistics, provenance."""
