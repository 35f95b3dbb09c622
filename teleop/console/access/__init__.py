"""Access to the console: tokens, certificates and addresses."""
