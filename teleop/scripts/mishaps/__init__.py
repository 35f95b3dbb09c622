"""Mishaps: states of a task's world that somebody who does the task badly would leave."""
