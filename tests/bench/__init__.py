"""Measurements of the built worker on real services: `make bench`.

Each row is a function in one of the row_*.py files. Costs are CPU time, not wall time, and stand
beside the same work done by a bare loop in the same run, since machines differ and are shared.
Nothing here passes or fails: a number is a number.
"""
