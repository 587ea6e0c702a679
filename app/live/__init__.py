"""Sessions kept alive: rooms with their viewers, sockets and the store. The only asyncio."""
