"""Tests of `app.session`: sessions without a socket, a room or a clock."""
