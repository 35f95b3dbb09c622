"""Procedural scenes; a seed fixes each one."""
