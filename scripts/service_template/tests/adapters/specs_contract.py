"""What every adapter of the port Specs must do."""

from __future__ import annotations

import pytest

from millrace_{name}.errors import DatasetUnknown

FLIGHTS = """{
  "name": "flights",
  "owner": {"team": "planning", "email": "planning@example.com"},
  "source": {"kind": "filesystem", "url": "file://{mount}/out", "match": "*.csv"},
  "format": {"kind": "csv"},
  "columns": [{"name": "origin", "type": "string"}, {"name": "distance", "type": "double"}]
}"""


class SpecsContract:
    """Derive, and give the fixture ``specs``, which holds FLIGHTS alone."""

    def test_a_deployed_dataset_is_read(self, specs):
        assert [column.name for column in specs.read("flights").columns] == ["origin", "distance"]

    def test_another_is_unknown(self, specs):
        with pytest.raises(DatasetUnknown, match="weather"):
            specs.read("weather")
