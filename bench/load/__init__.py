"""The load test: classes of learners and followers against a real server."""
