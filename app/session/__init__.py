"""One person's or class's experiment: commands in, messages out. Knows no asyncio and no clock."""
