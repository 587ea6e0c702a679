"""Lessons: Markdown files with a config, stops of the lab, questions and tasks."""
