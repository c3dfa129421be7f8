"""Redis for all nodes, and what stands in for it. No test starts one: script/scaled does."""

import pytest
import redis
from django.core.cache import caches
from django.db import OperationalError

from tracker.shared_cache import RedisOrElse


class Server:
    """Answers as Django's own cache does, or not at all."""

    def __init__(self):
        self.kept, self.is_gone, self.asked = {}, False, 0

    def __getattr__(self, name):
        def do(key=None, value=None, *args, **kwargs):
            self.asked += 1
            if self.is_gone:
                raise redis.ConnectionError("connection refused")
            return {"get": lambda: self.kept.get(key), "set": lambda: self.kept.update({key: value})}[name]()

        return do


@pytest.fixture
def cache(monkeypatch):
    monkeypatch.setattr(RedisOrElse, "rests_until", 0.0)
    cache = RedisOrElse("redis://127.0.0.1:1/0", {"OPTIONS": {"OTHERWISE": ["pages"]}})
    cache.redis = Server()
    caches["pages"].clear()
    return cache


def test_what_is_there_is_used(cache):
    cache.set("a", 1)
    assert cache.get("a") == 1
    assert caches["pages"].get("a") is None


def test_without_it_the_other_counts_and_it_is_not_asked_at_every_turn(cache, caplog):
    cache.redis.is_gone = True
    assert cache.add("a", 1)
    assert not cache.add("a", 2)
    assert (cache.get("a"), cache.touch("a"), cache.get_many(["a"])) == (1, True, {"a": 1})
    assert cache.delete("a")
    cache.set("b", 1)
    cache.clear()
    assert cache.get("b", "nothing") == "nothing"
    assert (cache.redis.asked, cache.is_resting) == (1, True)
    assert "»pages« stands in for it" in caplog.text


def test_after_a_rest_it_is_asked_again(cache, monkeypatch):
    cache.redis.is_gone = True
    cache.set("a", 1)
    cache.redis.is_gone = False
    monkeypatch.setattr(RedisOrElse, "rests_until", 0.0)
    cache.set("a", 2)
    assert cache.redis.kept == {"a": 2}


def test_a_server_that_is_not_there_is_given_up_at_once():
    cache = RedisOrElse("redis://127.0.0.1:1/0", {"OPTIONS": {"OTHERWISE": ["pages"]}})
    cache.set("x", 1)
    assert cache.get("x") == 1
    assert cache.is_resting
    RedisOrElse.rests_until = 0.0


def test_without_a_database_either_each_process_counts_for_itself(cache, monkeypatch):
    class Gone:
        def get(self, *args):
            raise OperationalError("connection refused")

    cache.redis.is_gone, cache.otherwise = True, ["database", "pages"]
    caches["pages"].set("a", 1)
    monkeypatch.setattr("tracker.shared_cache.caches", {"database": Gone(), "pages": caches["pages"]})
    assert cache.get("a") == 1
