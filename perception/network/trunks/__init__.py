"""Trunks: one file a family, all of one shape (see ``trunk``), named in ``registry``."""
