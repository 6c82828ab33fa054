from millrace_ingest.parts import part_size_bytes

MIB = 1024 * 1024


def test_ten_thousand_parts_hold_the_largest_object_that_fits_its_limits():
    sizes = [part_size_bytes(number) for number in range(1, 10_001)]

    assert sizes[0] == sizes[999] == 8 * MIB
    assert sum(sizes) > 5 * 1024 * 1024 * MIB
    assert max(sizes) <= 5 * 1024 * MIB
