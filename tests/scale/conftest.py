"""One cluster for all tests of this folder; each leaves it with every worker running."""

from collections.abc import Iterator

import pytest

from .cluster import Cluster


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    made = Cluster(tmp_path_factory.mktemp("cluster"), workers=3)
    try:
        made.start()
        yield made
        for worker in made.workers:
            assert "Traceback" not in worker.log, worker.log
    finally:
        made.end()
