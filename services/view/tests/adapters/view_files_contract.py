"""What every ViewFiles must do. Subclass it; ``deploy`` makes one that holds the given texts."""

FILES = {
    "datasets/flights/views/daily.sql": "select 'é' as accent",
    "datasets/flights/views/weekly.sql": "select 2 as two",
    "datasets/flights2/views/other.sql": "select 3 as three",
}


class ViewFilesContract:
    def test_texts_of_one_dataset_are_read(self, deploy):
        texts = deploy(FILES).texts("flights")

        assert texts == {key: FILES[key] for key in list(FILES)[:2]}

    def test_a_dataset_without_views_has_none(self, deploy):
        assert deploy(FILES).texts("planes") == {}
