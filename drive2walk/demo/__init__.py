"""The demo: a robot crosses scenes it has never seen."""
