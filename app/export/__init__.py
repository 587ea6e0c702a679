"""What leaves Backstep: scripts and files that work without it."""
