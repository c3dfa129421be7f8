"""What all nodes share in memory (Redis or Valkey), and what stands in for it while it is away."""

from __future__ import annotations

import logging
import time
from typing import Any, ClassVar

from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.redis import RedisCache
from django.db import DatabaseError
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

# Seconds; and it is not asked a second time, as there is something else.
IMPATIENT = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5, "retry": Retry(NoBackoff(), 0)}
REST = 5.0  # seconds before a server that failed is asked again: nobody waits for it at every request


class RedisOrElse(BaseCache):
    """Redis; while it does not answer, the first that does of the caches that the option `OTHERWISE` names.

    Logins are throttled all the same: the counts stand in the database meanwhile, without which nobody logs in anyway.
    They begin anew when one takes over from the other: whoever could stop Redis would gain one more round, no more.
    """

    rests_until: ClassVar[float] = 0.0  # of the process: each of its threads has a cache of its own

    def __init__(self, server: str, params: dict[str, Any]):
        super().__init__(params)
        options = dict(params.get("OPTIONS", {}))
        self.otherwise: list[str] = options.pop("OTHERWISE")
        self.redis = RedisCache(server, params | {"OPTIONS": IMPATIENT | options})

    @property
    def is_resting(self) -> bool:
        return time.monotonic() < self.rests_until

    def _do(self, name: str, *args: Any, **kwargs: Any) -> Any:
        if not self.is_resting:
            try:
                return getattr(self.redis, name)(*args, **kwargs)
            except (RedisError, OSError) as error:
                RedisOrElse.rests_until = time.monotonic() + REST
                logger.warning("Redis does not answer, »%s« stands in for it: %s", self.otherwise[0], error)
        *before, last = self.otherwise
        for one in before:
            try:
                return getattr(caches[one], name)(*args, **kwargs)
            except DatabaseError:
                logger.warning("Neither does »%s«", one)
        return getattr(caches[last], name)(*args, **kwargs)

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._do("add", *args, **kwargs))

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self._do("get", *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> None:
        self._do("set", *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._do("touch", *args, **kwargs))

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._do("delete", *args, **kwargs))

    def get_many(self, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        found: dict[Any, Any] = self._do("get_many", *args, **kwargs)
        return found

    def clear(self) -> None:
        self._do("clear")
