"""Ways take turns, are asked for whole units, and begin anew before each round."""

from bench.rounds import Way, measured


class Worker:
    def __init__(self) -> None:
        self.asked: list[int] = []
        self.begun = 0

    def work(self, n: int) -> None:
        self.asked.append(n)
        for _ in range(n):
            sum(range(200))

    def begin(self) -> None:
        self.begun += 1


def test_a_way_is_asked_for_whole_units_and_begins_before_each_round() -> None:
    worker = Worker()
    times = measured({"way": Way(worker.work, unit=3, seconds=0.002, begin=worker.begin)}, 4)
    assert len(times["way"]) == 4
    assert all(us > 0 for us in times["way"])
    assert all(n % 3 == 0 for n in worker.asked)
    assert worker.begun == len(worker.asked)


def test_ways_take_turns() -> None:
    order: list[str] = []
    one, two = Worker(), Worker()

    def noted(name: str, worker: Worker) -> Way:
        return Way(worker.work, seconds=0.001, begin=lambda: order.append(name))

    measured({"one": noted("one", one), "two": noted("two", two)}, 3)
    assert order[-6:] == ["one", "two"] * 3
