"""Random numbers as a function of what they are for.

There is no generator with hidden state anywhere in the engine: whatever is random is drawn
from a stream that the seed, the purpose and the place in the run name completely. So a run
can be entered at any position and goes on with the same numbers.
"""

from zlib import crc32

import numpy as np

__all__ = ["stream"]


def stream(seed: int, purpose: str, *place: int) -> np.random.Generator:
    """Return the generator for `purpose` at `place`, the same one whenever it is asked for.

    `purpose` is a word such as ``"weights"`` or ``"shuffle"``; `place` is what makes two draws
    for the same purpose different, for example the layer or the epoch.
    """
    words = (seed, crc32(purpose.encode()), *place)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(words)))
