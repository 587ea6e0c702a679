"""The network, run op by op in NumPy. Knows no web, no asyncio and no clock."""
