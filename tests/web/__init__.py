"""Tests of `app.web`: what is asked for once, over HTTP and in the same process."""
