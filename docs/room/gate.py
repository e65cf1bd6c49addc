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


def place_of(forwarded: str) -> str:
    """Return where somebody is, of the addresses that the proxy has noted.

    The last is what the proxy saw; what stands before it, and any other header, who asks may have written. Of
    the addresses by which this machine reaches itself there are millions, which count as one.
    """
    address = forwarded.rpartition(",")[2].strip()
    try:
        return "this machine" if ip_address(address).is_loopback else address
    except ValueError:
        return "this machine"  # not by the proxy


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
