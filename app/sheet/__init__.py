"""Worked sheets: an experiment on paper, every number worked out, with blanks where wanted."""
