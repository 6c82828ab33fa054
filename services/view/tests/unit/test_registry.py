import json

import pytest

from millrace_view.adapters.registry_text import read_registry, write_registry
from millrace_view.errors import NameTaken
from millrace_view.parsing import Source
from millrace_view.registry import Registry, digest
from millrace_view.views import read_view


def _view(dataset, name, sql):
    return read_view(name, f"datasets/{dataset}/views/{name}.sql", sql)


def _registry():
    registry = Registry().claim("flights", [_view("flights", "daily", "select a from flights")])
    registry = registry.claim("planes", [_view("planes", "fleet", "select a from planes, weekly")])
    return registry.claim("weather", [_view("weather", "weekly", "select a from daily")])


def test_a_name_belongs_to_the_dataset_that_claimed_it_first():
    taken = _view("planes", "daily", "select 1 as a")

    with pytest.raises(NameTaken, match=r"planes/views/daily\.sql.*belongs to dataset flights"):
        _registry().claim("planes", [taken])
    assert _registry().claim("flights", []).of_dataset("flights") == ["daily"]


def test_views_of_others_that_read_a_change_are_found_through_views_of_any_dataset():
    registry = _registry()

    assert registry.dependents("flights", {Source("refined", "flights")}) == ["weekly", "fleet"]
    assert registry.dependents("planes", {Source("refined", "planes")}) == []
    assert registry.dependents("flights", {Source("landing", "flights")}) == []


def test_views_that_read_each_other_by_a_later_change_do_not_hang_the_search():
    registry = _registry().claim("planes", [_view("planes", "fleet", "select a from fleet")])

    assert registry.dependents("flights", {Source("refined", "fleet")}) == ["fleet"]


def test_a_digest_tells_columns_apart_by_name_type_order_and_absence():
    table = Source("refined", "flights")
    columns = [(("a", "int"), ("b", "int")), (("b", "int"), ("a", "int")), (("a", "bigint"),), None]

    assert len({digest({table: one}) for one in columns}) == len(columns)
    assert digest({table: columns[0]}) == digest({table: columns[0]})


def test_a_registry_is_read_as_it_was_written():
    registry = _registry().with_made({"daily": "abc"})

    assert read_registry(write_registry(registry)) == registry
    assert json.loads(write_registry(Registry())) == {}
