"""The counterpart of benches/sdk.rs with the official SDK: `sdk.py list|calls URL NUMBER`.

Prints the time in seconds and the peak memory use in KiB."""

import asyncio
import resource
import sys
import time

from twelvelabs import AsyncTwelveLabs, TwelveLabs

AT_ONCE = 16


def list_all(address, number):
    client = TwelveLabs(api_key="key-of-the-bench", base_url=address)
    seen = 0
    for _ in client.assets.list(page_limit=50):
        seen += 1
        if seen == number:
            return
    raise SystemExit(f"{seen} assets in place of {number}")


async def call_often(address, number):
    client = AsyncTwelveLabs(api_key="key-of-the-bench", base_url=address)
    numbers = iter(range(number))

    async def work():
        for _ in numbers:
            await client.assets.retrieve("asset")

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))


what, address, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
begin = time.perf_counter()
if what == "list":
    list_all(address, number)
else:
    asyncio.run(call_often(address, number))
print(time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
