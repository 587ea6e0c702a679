"""``python -m bench.load``: every scenario against a server of its own, as a table or as JSON."""

from bench.load.command import main

if __name__ == "__main__":
    main()
