"""The demo: a robot crosses scenes that it has never seen."""
