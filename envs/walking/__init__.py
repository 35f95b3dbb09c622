"""The walking environment: many robots under commands and pushes, stepped in parallel."""
