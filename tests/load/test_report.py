"""The row of a scenario."""

from bench.load.report import head, row
from bench.load.scenarios import SCENARIOS


def cells(name: str, *runs: dict[str, float]) -> dict[str, str]:
    return dict(zip(head(), row(SCENARIOS[name], runs), strict=True))


def test_a_row_has_medians_and_how_far_the_runs_were_apart() -> None:
    runs = [{"p50": p50, "p99": p99, "max": 99.4} for p50, p99 in ((1, 30), (1.5, 18), (9, 15))]
    told = cells("learners", *runs)
    assert (told["p50"], told["p99"], told["max"]) == ("1.5", "18.0 (15.0–30.0)", "99")
    assert (told["goal"], told["met"]) == ("p50 < 2, p99 < 20", "yes")


def test_a_row_says_what_was_missed_and_leaves_out_what_was_not_measured() -> None:
    told = cells("sessions", {"MB each": 1.25})
    assert (told["MB each"], told["p50"], told["met"]) == ("1.250", "", "no: MB each")
