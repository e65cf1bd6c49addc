"""Who guesses passwords gets one guess at a time, however many they send at once."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address

MOST_WAITING = 60  # a class behind one address may come all at once


class CrowdedError(Exception):
    """More wait already than any class would send."""


def place_of(address: str) -> str:
    """Return where somebody is: all of this machine's own addresses, of which it has many, are one place."""
    return "this machine" if ip_address(address).is_loopback else address


class Gate:
    """Lets those with the same key through one after the other."""

    def __init__(self) -> None:
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._inside: Counter[str] = Counter()

    @asynccontextmanager
    async def alone(self, key: str) -> AsyncIterator[None]:
        """Wait until nobody else of this key is inside.

        Raises
        ------
        CrowdedError
            At once, if `MOST_WAITING` of this key are here already.
        """
        if self._inside[key] >= MOST_WAITING:
            raise CrowdedError(key)
        self._inside[key] += 1
        try:
            async with self._locks[key]:
                yield
        finally:
            self._inside[key] -= 1
            if not self._inside[key]:
                del self._inside[key], self._locks[key]
