"""Who may reach the console, and under which addresses."""
