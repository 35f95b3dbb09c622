"""The results that documents show: how each is measured, and the tables made from the ledger."""
