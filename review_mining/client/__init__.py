"""A typed client of the HTTP service, synchronous and asynchronous.

::

    from review_mining.client import Client

    with Client("http://127.0.0.1:8000", key) as client:
        for result in client.analyze([{"review_id": "r-1", "text": "拉链用了三天就坏了"}]).results:
            print(result.overall, [opinion.span for opinion in result.opinions])
"""

from review_mining.client.asynchronous import AsyncClient
from review_mining.client.errors import ServiceError, ServiceUnreachableError
from review_mining.client.retrying import Retries
from review_mining.client.synchronous import Client

__all__ = ["AsyncClient", "Client", "Retries", "ServiceError", "ServiceUnreachableError"]
