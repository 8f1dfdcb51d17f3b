"""Faults on real services: what is staged, what must survive it, and the control of each."""
