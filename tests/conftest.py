"""What every test needs: the thread count settled before NumPy, files of MNIST, properties that
repeat, and a command line that speaks English."""

import os

import pytest
from hypothesis import settings

import app  # noqa: F401  # sets the threads of the linear algebra
from app.engine import mnist
from tests.idx import write_digits

settings.register_profile(
    "repeatable", derandomize=True, deadline=None, database=None, max_examples=50
)
settings.load_profile("repeatable")
os.environ["LANGUAGE"] = "en"  # whatever the shell speaks in which the tests are run


@pytest.fixture(scope="session", autouse=True)
def mnist_files(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Have files of MNIST; what is in them are our own digits."""
    folder = tmp_path_factory.mktemp("mnist")
    write_digits(folder)
    mnist.look_in(folder)
