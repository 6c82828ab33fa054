"""What Trino takes from Java: text of numbers, formats, patterns of dates, regular expressions."""
