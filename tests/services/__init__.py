"""Real Kafka, Redis and model servers for tests and for use by hand, on loopback only.

Each service is a class with start() and stop(), usable as a context manager. Nothing is
installed outside build/, and only processes that were started here are ever stopped.
"""
