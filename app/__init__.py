"""Backstep: a step debugger for backpropagation.

The linear algebra of small networks is slower with many threads than with one,
so the thread count is settled here, before anything imports NumPy.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

__version__ = "0.1.0"
