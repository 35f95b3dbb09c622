"""Warehouses: an empty hall for tasks, and a furnished one to fetch totes in."""
