"""What every test needs: the thread count settled before NumPy, and properties that repeat."""

from hypothesis import settings

import app  # noqa: F401  # sets the threads of the linear algebra

settings.register_profile(
    "repeatable", derandomize=True, deadline=None, database=None, max_examples=50
)
settings.load_profile("repeatable")
