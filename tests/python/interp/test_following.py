"""For which arguments a function is evaluated that is handed something of a library and data."""

from __future__ import annotations

import pytest

from worlds import world

CALLED = """import shop

class Runner:
    def __init__(self, client):
        self.client = client

    def run(self, job, name):
        {body}

def one():
    return Runner(shop.Client('k')).run({{'id': 1, 'topic': 'a'}}, 'first')

def two():
    return Runner(shop.Client('k')).run({{'id': 2, 'more': 'b'}}, 'second')

def three(topic):
    return Runner(shop.Client('k')).run({{'id': 3, 'topic': topic}}, topic)
"""


@pytest.mark.parametrize(
    ("body", "contexts"),
    [
        ("return self.client.orders.create(job)", 1),
        ("return job['id'], name, self.client", 1),
        ("print(job.get('id'), name)\n        return self.client", 1),
        # Which member is called, and under which name something is kept, the callers say.
        ("return getattr(self.client, name)", 4),
        ("setattr(self, name, self.client)", 4),
        ("job[name] = self.client\n        return job", 4),
    ],
    ids=["sent", "returned", "read", "chosen", "kept by name", "kept in what is given"],
)
def test_a_function_is_evaluated_once_for_a_client_whatever_data_come_with_it(body: str, contexts: int) -> None:
    engine = world(CALLED.format(body=body)).engine
    found = [
        unit
        for unit in engine.units
        if unit.arguments is not None and engine.function(unit.place).qualname == "Runner.run"
    ]
    assert len(found) == contexts


KEPT = """import shop

class Runner:
    def __init__(self, client):
        self.client = client

    def run(self, job, key):
        self.job = job
        self.key = key
        return self.client

def one():
    Runner(shop.Client('k')).run({'id': 1}, 'first')

def two():
    Runner(shop.Client('k')).run({'id': 2, 'more': 'b'}, 'first')
"""


def test_a_text_that_is_kept_takes_no_other_data_into_the_evaluation() -> None:
    engine = world(KEPT).engine
    found = [
        [name for name, _ in unit.arguments]
        for unit in engine.units
        if unit.arguments is not None and engine.function(unit.place).qualname == "Runner.run"
    ]
    assert found == [["self"], ["key", "self"]]
