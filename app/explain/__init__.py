"""Why a number is what it is, and the proof: reads a run, never touches it."""
