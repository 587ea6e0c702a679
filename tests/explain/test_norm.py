"""Batch norm told number by number: each formula comes to what the engine has."""

import pytest

from app.engine.program import Kind
from app.explain import norm
from app.explain.expression import evaluate
from app.explain.scene import Scene
from app.session.timeline import Timeline

from .networks import CONFIGS, scene
from .reading import written


@pytest.fixture(scope="module")
def s() -> Scene:
    timeline = Timeline(CONFIGS["norm"])
    kinds = [op.kind for op in timeline.run.program]
    timeline.forward(timeline.length + kinds.index(Kind.UPDATE))
    return scene(timeline)


@pytest.mark.parametrize("j", [0, 3])
@pytest.mark.parametrize("n", [0, 4])
def test_every_number_is_what_its_formula_comes_to(s: Scene, j: int, n: int) -> None:
    found = {
        "mu1": norm.mu(s, 1, j), "var1": norm.var(s, 1, j), "rmu1": norm.running(s, "rmu", 1, j),
        "rvar1": norm.running(s, "rvar", 1, j), "dgamma1": norm.gradient(s, "dgamma", 1, j),
        "dbeta1": norm.gradient(s, "dbeta", 1, j),
    }  # fmt: skip
    for name, tree in found.items():
        assert evaluate(tree) == pytest.approx(s.now.tensor(name)[j], rel=1e-12, abs=1e-15), name
    of_example = {
        "zhat1": norm.zhat(s, 1, j, n), "ztilde1": norm.ztilde(s, 1, j, n),
        "delta1": norm.error(s, 1, j, n),
    }  # fmt: skip
    for name, tree in of_example.items():
        assert evaluate(tree) == pytest.approx(s.now.tensor(name)[n, j], rel=1e-9, abs=1e-15), name


def test_they_read_as_the_paper_has_them(s: Scene) -> None:
    assert written(norm.zhat(s, 1, 0, 0)) == "(z1(1) - mu1(1)) / sqrt[(var1(1) + 0.00001)]"
    assert written(norm.ztilde(s, 1, 0, 0)) == "(gamma1(1)·zhat1(1) + beta1(1))"
    assert written(norm.running(s, "rvar", 1, 0)) == "(rvar1(1) + 0.1·(5/4·var1(1) - rvar1(1)))"
