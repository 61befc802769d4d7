"""A path finds its operation whatever its ids are and however it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leastscope.rulebook.operations import MAX_SEGMENTS, index, shape, split
from leastscope.rulebook.types import Operation, Server

SERVERS = (Server("files"), Server("api", default=True))


def operation(verb: str, path: str, *servers: str) -> Operation:
    return Operation(verb=verb, path=path, servers=servers or ("api",))


SHOP = index(
    [
        operation("GET", "/orders"),
        operation("GET", "/orders/{order}"),
        operation("POST", "/orders/{order}"),
        operation("GET", "/orders/search"),
        operation("POST", "/orders/{order}/items/{item}"),
        operation("GET", "/orders/search/{saved}"),
        operation("GET", "/orders/{order}/pdf", "files"),
        operation("POST", "/files", "api", "files"),
    ],
    SERVERS,
)


@pytest.mark.parametrize(
    ("verb", "path", "server", "found"),
    [
        ("GET", "/orders", None, "/orders"),
        ("get", "/orders/o_1", None, "/orders/{order}"),
        ("GET", "/orders/{id}", None, "/orders/{order}"),
        ("GET", "/orders/o_{number}", None, "/orders/{order}"),
        ("GET", "/orders/search", None, "/orders/search"),
        ("POST", "/orders/search", None, "/orders/{order}"),
        ("POST", "/orders/search/items/1", None, "/orders/{order}/items/{item}"),
        ("GET", "//orders//o_1/?expand=x/y", None, "/orders/{order}"),
        ("GET", "orders#top", None, "/orders"),
        ("GET", "/orders/1/pdf", None, "/orders/{order}/pdf"),
        ("GET", "/orders/1/pdf", "files", "/orders/{order}/pdf"),
        ("GET", "/orders/1/pdf", "api", None),
        ("POST", "/files", "api", "/files"),
        ("POST", "/files", "files", "/files"),
        ("POST", "/files", "nowhere", None),
        ("PUT", "/orders", None, None),
        ("GET", "/{resource}", None, None),
        ("GET", "/", None, None),
        ("GET", "", None, None),
        ("GET", "/orders" * (MAX_SEGMENTS + 1), None, None),
    ],
)
def test_a_path_finds_the_operation_it_reaches(verb: str, path: str, server: str | None, found: str | None) -> None:
    operation = SHOP.find(verb, path, server)
    assert (operation.path if operation else None) == found


literal = st.text("abc", min_size=1, max_size=2)
segment = st.one_of(literal, st.just("{x}"))
templates = st.lists(st.lists(segment, min_size=1, max_size=4).map("/".join), min_size=1, max_size=20)


@given(templates, st.data())
def test_any_instance_of_a_template_finds_it_or_a_more_literal_one(paths: list[str], data: st.DataObject) -> None:
    distinct = {shape(path): path for path in paths}
    found_by = index([operation("GET", path) for path in distinct.values()], SERVERS)
    template = data.draw(st.sampled_from(sorted(distinct.values())))
    instance = [data.draw(literal) if part == "{x}" else part for part in split(template)]
    found = found_by.find("GET", "/".join(instance))
    assert found is not None
    parts = split(found.path)
    assert all(part in ("{x}", own) for part, own in zip(parts, instance, strict=True))
    assert [part == "{x}" for part in parts] <= [part == "{x}" for part in split(template)]


@given(templates)
def test_a_template_finds_itself_and_the_order_of_the_rows_does_not_matter(paths: list[str]) -> None:
    distinct = sorted({shape(path): path for path in paths}.values())
    rows = [operation("GET", path) for path in distinct]
    assert index(rows, SERVERS) == index(reversed(rows), reversed(SERVERS))
    for path in distinct:
        found = index(rows, SERVERS).find("GET", path)
        assert found is not None
        assert found.path == path


def test_an_index_can_be_counted_and_walked_in_order() -> None:
    assert len(SHOP) == 8
    assert [operation.path for operation in SHOP][:2] == ["/files", "/orders"]
