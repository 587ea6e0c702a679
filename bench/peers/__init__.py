"""Other ways to train the same networks: what the engine is compared with."""
