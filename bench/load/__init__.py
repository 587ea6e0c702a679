"""The load test: classes of learners and followers against a real server."""

from bench.load.command import reports

__all__ = ["reports"]
