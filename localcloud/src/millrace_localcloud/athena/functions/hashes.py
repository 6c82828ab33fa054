"""Hashes that Python's library lacks (Trino documentation, "Binary functions and operators").

MurmurHash3_x64_128 of Austin Appleby and XXH64 of Yann Collet, both with the seed 0, as published.
"""

from __future__ import annotations

from millrace_localcloud.athena.functions.registry import declare

_MASK = (1 << 64) - 1
_C1, _C2 = 0x87C37B91114253D5, 0x4CF5AD432745937F
_P1, _P2, _P3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
_P4, _P5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5


def _rotated(value: int, bits: int) -> int:
    return ((value << bits) | (value >> (64 - bits))) & _MASK


def _mixed(value: int, shifts: tuple[int, int, int], factors: tuple[int, int]) -> int:
    value = ((value ^ (value >> shifts[0])) * factors[0]) & _MASK
    value = ((value ^ (value >> shifts[1])) * factors[1]) & _MASK
    return value ^ (value >> shifts[2])


def _finished(value: int) -> int:
    return _mixed(value, (33, 33, 33), (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53))


def _first(value: int) -> int:
    return (_rotated((value * _C1) & _MASK, 31) * _C2) & _MASK


def _second(value: int) -> int:
    return (_rotated((value * _C2) & _MASK, 33) * _C1) & _MASK


def murmur3(value: bytes) -> bytes:
    """MurmurHash3_x64_128, each half with its low byte first."""
    one = other = 0
    whole = len(value) // 16 * 16
    for at in range(0, whole, 16):
        one ^= _first(int.from_bytes(value[at : at + 8], "little"))
        one = ((_rotated(one, 27) + other) * 5 + 0x52DCE729) & _MASK
        other ^= _second(int.from_bytes(value[at + 8 : at + 16], "little"))
        other = ((_rotated(other, 31) + one) * 5 + 0x38495AB5) & _MASK
    tail = value[whole:]
    other ^= _second(int.from_bytes(tail[8:], "little"))
    one ^= _first(int.from_bytes(tail[:8], "little"))
    one, other = one ^ len(value), other ^ len(value)
    one = (one + other) & _MASK
    other = (other + one) & _MASK
    one, other = _finished(one), _finished(other)
    one = (one + other) & _MASK
    other = (other + one) & _MASK
    return one.to_bytes(8, "little") + other.to_bytes(8, "little")


def _round(held: int, lane: int) -> int:
    return (_rotated((held + lane * _P2) & _MASK, 31) * _P1) & _MASK


def xxhash64(value: bytes) -> bytes:
    """XXH64, its high byte first."""
    at = 0
    held = _P5
    if len(value) >= 32:
        lanes = [(_P1 + _P2) & _MASK, _P2, 0, (-_P1) & _MASK]
        while at + 32 <= len(value):
            for index in range(4):
                word = int.from_bytes(value[at : at + 8], "little")
                lanes[index], at = _round(lanes[index], word), at + 8
        held = sum(map(_rotated, lanes, (1, 7, 12, 18))) & _MASK
        for lane in lanes:
            held = ((held ^ _round(0, lane)) * _P1 + _P4) & _MASK
    held = (held + len(value)) & _MASK
    while at + 8 <= len(value):
        held ^= _round(0, int.from_bytes(value[at : at + 8], "little"))
        held, at = (_rotated(held, 27) * _P1 + _P4) & _MASK, at + 8
    if at + 4 <= len(value):
        held ^= (int.from_bytes(value[at : at + 4], "little") * _P1) & _MASK
        held, at = (_rotated(held, 23) * _P2 + _P3) & _MASK, at + 4
    for byte in value[at:]:
        held = (_rotated(held ^ (byte * _P5) & _MASK, 11) * _P1) & _MASK
    return _mixed(held, (33, 29, 32), (_P2, _P3)).to_bytes(8, "big")


declare("murmur3(varbinary) -> varbinary", murmur3)
declare("xxhash64(varbinary) -> varbinary", xxhash64)
