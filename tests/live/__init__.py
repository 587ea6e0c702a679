"""Tests of `app.live`: the codec, rooms in a real loop, and sockets over a real server."""
