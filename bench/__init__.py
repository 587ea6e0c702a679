"""Benchmarks: `make bench` runs them all; `bench/README.md` says how to read the tables."""

import app  # noqa: F401  # settles the threads of the linear algebra before NumPy is loaded
