"""What every ViewFiles must do. Subclass it; ``deploy`` makes one that holds the given texts."""

from millrace_view.registry import Registry
from millrace_view.views import read_view

FILES = {
    "datasets/flights/dataset.json": "{}",
    "datasets/flights/views/daily.sql": "select 'é' as accent",
    "datasets/flights/views/weekly.sql": "select 2 as two",
    "datasets/flights2/views/other.sql": "select 3 as three",
}


class ViewFilesContract:
    def test_texts_of_one_dataset_are_read(self, deploy):
        texts = deploy(FILES).texts("flights")

        assert texts == {key: FILES[key] for key in list(FILES)[1:3]}

    def test_a_dataset_without_views_has_none(self, deploy):
        assert deploy(FILES).texts("planes") == {}

    def test_a_dataset_is_there_when_its_spec_is(self, deploy):
        files = deploy(FILES)

        assert files.is_dataset("flights") is True
        assert files.is_dataset("flights2") is False

    def test_the_registry_is_empty_at_first_and_then_what_was_kept_last(self, deploy):
        files = deploy(FILES)
        assert files.registry() == Registry()

        view = read_view("daily", "datasets/flights/views/daily.sql", "select a from flights")
        for registry in (Registry().claim("flights", [view]), Registry()):
            files.keep(registry)
            assert files.registry() == registry
