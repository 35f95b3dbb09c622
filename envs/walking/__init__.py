"""The walking simulation: many robots under commands and pushes, stepped in parallel."""
