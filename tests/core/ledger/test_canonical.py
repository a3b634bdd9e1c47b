"""Canonical bytes: one record, one sequence of bytes, and back."""

from __future__ import annotations

import enum
import itertools
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bole.errors import InvalidValue
from bole.ledger import Record, decode, encode, encode_rows
from bole.values import Money

PLUS_EIGHT = timezone(timedelta(hours=8))
AWARE = st.datetimes(timezones=st.sampled_from([UTC, PLUS_EIGHT]), min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 29))
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=-(2**66), max_value=2**66)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
    | st.binary(max_size=6)
    | DECIMALS
    | st.dates()
    | AWARE
    | st.builds(Money, DECIMALS, st.sampled_from(["CNY", "JPY", "KWD"]))
)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=6)
FIELDS = st.dictionaries(NAMES, VALUES, max_size=4)


def test_a_record_has_exactly_these_bytes():
    """The bytes of a small record are the documented ones, field by field."""
    fields = {"quantity": 3, "kind": "sale", "note": None, "amount": Money(Decimal("12.50"), "CNY")}

    encoded = encode("observation", fields)

    assert encoded == (
        b"bole-record/1\n"
        b"\x00\x00\x00\x0bobservation"
        b"\x00\x00\x00\x04"
        b"\x00\x00\x00\x06amount\x00\x00\x00\x04kind\x00\x00\x00\x04note\x00\x00\x00\x08quantity"
        b"Msni"
        b"\x00\x00\x00\x00\x00\x00\x00\x0a"  # the payload of amount has ten bytes
        b"\x00\x00\x00\x00\x00\x00\x00\x04"  # the payload of kind has four
        b"\x00\x00\x00\x00\x00\x00\x00\x03"  # quantity itself
        b"CNY 125e-1"
        b"sale"
    )


@pytest.mark.parametrize(
    ("value", "body"),
    [
        pytest.param(None, b"n", id="null"),
        pytest.param(True, b"t" + (1).to_bytes(8, "big"), id="truth"),
        pytest.param(-1, b"i" + b"\xff" * 8, id="negative integer"),
        pytest.param(2**63, b"I" + (9).to_bytes(8, "big") + b"\x00\x80" + b"\x00" * 7, id="integer beyond 64 bits"),
        pytest.param("é", b"s" + (2).to_bytes(8, "big") + b"\xc3\xa9", id="text"),
        pytest.param(b"\x00", b"b" + (1).to_bytes(8, "big") + b"\x00", id="bytes"),
        pytest.param(Decimal("-1200"), b"d" + (5).to_bytes(8, "big") + b"-12e2", id="decimal"),
        pytest.param(date(1970, 1, 2), b"D" + (1).to_bytes(8, "big"), id="date"),
        pytest.param(datetime(1970, 1, 1, 8, 0, 1, tzinfo=PLUS_EIGHT), b"m" + (1_000_000).to_bytes(8, "big"), id="moment"),
        pytest.param([7], b"l" + (13).to_bytes(8, "big") + b"\x00\x00\x00\x01i" + (7).to_bytes(8, "big"), id="sequence"),
        pytest.param({"a": None}, b"o" + (10).to_bytes(8, "big") + b"\x00\x00\x00\x01\x00\x00\x00\x01an", id="mapping"),
    ],
)
def test_each_type_has_its_tag_slot_and_payload(value, body):
    """A value is its tag, then its slot, then its payload."""
    assert encode("k", {"v": value}) == b"bole-record/1\n\x00\x00\x00\x01k\x00\x00\x00\x01\x00\x00\x00\x01v" + body


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), FIELDS)
def test_a_record_reads_back(kind, fields):
    """Bytes give back the kind and the fields they were made from, so no two records share bytes."""
    assert decode(encode(kind, fields)) == Record(kind, fields)


def test_no_two_of_many_similar_records_share_bytes():
    """Every pair of 8,900 records that differ in as little as possible has different bytes."""
    texts = ["", "a", "aa", "\x00", "n"]
    scalars = [
        None,
        True,
        False,
        0,
        1,
        "0",
        "1",
        b"1",
        Decimal(0),
        Decimal(1),
        date(1970, 1, 2),
        datetime(1970, 1, 1, tzinfo=UTC),
        *texts,
        b"",
        b"a",
        b"aa",
    ]
    values = [
        *scalars,
        [],
        {},
        [[]],
        [{}],
        {"": []},
        *([one] for one in scalars),
        *({"a": one} for one in scalars),
        *([None, one] for one in scalars),
    ]
    records = [
        *((kind, {name: value}) for kind, name, value in itertools.product(["", "a", "aa"], texts, values)),
        *(("a", {"a": first, "b": second}) for first, second in itertools.product(values, values)),
        *(("a", {"a": first, "aa": second}) for first, second in itertools.product(scalars, scalars)),
    ]

    encoded = {encode(kind, fields) for kind, fields in records}

    assert len(encoded) == len(records) == 8900


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(Decimal("1.0"), Decimal("1.00"), id="trailing zeros"),
        pytest.param(Decimal("-0"), Decimal("0.000"), id="zeros"),
        pytest.param(Decimal("1E+2"), Decimal("100"), id="exponent"),
        pytest.param(Money(Decimal("5"), "CNY"), Money.of_minor(500, "CNY"), id="money"),
        pytest.param(datetime(2026, 5, 3, 9, tzinfo=PLUS_EIGHT), datetime(2026, 5, 3, 1, tzinfo=UTC), id="one moment in two zones"),
        pytest.param([1, 2], (1, 2), id="list and tuple"),
        pytest.param({"a": 1, "b": 2}, {"b": 2, "a": 1}, id="order of keys"),
    ],
)
def test_equal_values_have_equal_bytes(first, second):
    """How a value happens to be written does not show in its bytes."""
    assert encode("k", {"v": first}) == encode("k", {"v": second})


def test_names_are_sorted_by_code_point():
    """The order in which fields are given does not show in the bytes."""
    assert encode("k", {"b": 1, "Z": 2, "a": 3}) == encode("k", {"Z": 2, "a": 3, "b": 1})


@settings(max_examples=150)
@given(st.data())
def test_rows_and_single_records_agree(data):
    """A row has the bytes that `encode` gives for its columns, whatever the order of columns and the mix of types."""
    columns = data.draw(st.lists(NAMES, unique=True, max_size=4))
    rows = data.draw(st.lists(st.tuples(*[VALUES for _ in columns]), max_size=4))

    encoded = encode_rows("observation", columns, rows)

    assert encoded == [encode("observation", dict(zip(columns, row, strict=True))) for row in rows]


def test_rows_of_every_type_agree_with_single_records():
    """Types change from row to row, integers leave 64 bits, truths stand among integers: the bytes stay those of `encode`."""

    class Grade(enum.IntEnum):
        TOP = 1

    columns = ["z", "a", "m"]
    rows = [
        (1, 2, 3),
        (True, 2, 3),
        (1, 2**63, 3),
        (-(2**63), 2, 3),
        (-(2**63) - 1, 2, 3),
        (None, None, None),
        (Grade.TOP, 2, "x"),
        (1, "x", None),
        [1, 2, 3],
    ]

    encoded = encode_rows("k", columns, rows)

    assert encoded == [encode("k", dict(zip(columns, row, strict=True))) for row in rows]
    assert encoded[0] != encoded[1]
    assert encoded[0] == encoded[8]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param(1.5, "'v' is 1.5, and a float cannot enter the ledger.", id="float"),
        pytest.param({1}, "'v' is {1}, and a set cannot enter the ledger.", id="set"),
        pytest.param(Decimal("NaN"), "NaN is not a finite number.", id="not a number"),
        pytest.param(Decimal("-Infinity"), "-Infinity is not a finite number.", id="infinity"),
        pytest.param(datetime(2026, 5, 3), "the moment 2026-05-03T00:00:00 has no time zone.", id="naive moment"),
        pytest.param("\ud800", "'\\ud800' in a record of kind 'k' is not Unicode text.", id="lone surrogate"),
        pytest.param({1: 2}, "the key 1 is not text.", id="key that is not text"),
        pytest.param({"a": [1.5]}, "0 is 1.5, and a float cannot enter the ledger.", id="float within"),
    ],
)
def test_what_has_no_canonical_bytes_is_refused(value, message):
    """A value without exactly one meaning is refused, alone and in a row alike."""
    with pytest.raises(InvalidValue) as alone:
        encode("k", {"v": value})
    with pytest.raises(InvalidValue) as in_row:
        encode_rows("k", ["v", "w"], [(value, 1)])

    assert alone.value.message == message
    assert in_row.value.message == message


def test_a_column_that_is_not_text_is_refused():
    """A name with a lone surrogate is refused in words, alone and in a row alike."""
    with pytest.raises(InvalidValue, match="is not Unicode text"):
        encode("k", {"\ud800": 1})
    with pytest.raises(InvalidValue, match="is not Unicode text"):
        encode_rows("k", ["\ud800"], [(1,)])


def test_deep_nesting_is_refused():
    """A value nested beyond what the interpreter follows is refused, alone and in a row alike."""
    deep: list[object] = []
    for _ in range(2000):
        deep = [deep]

    with pytest.raises(InvalidValue, match="a record of kind 'k' is nested too deeply"):
        encode("k", {"v": deep})
    with pytest.raises(InvalidValue, match="a record of kind 'k' is nested too deeply"):
        encode_rows("k", ["v"], [(deep,)])


@pytest.mark.parametrize("row", [pytest.param((1,), id="short"), pytest.param((1, 2, 3), id="long")])
def test_a_row_of_another_length_is_refused(row):
    """A row must have a value for each column, no fewer and no more, even after rows that fit."""
    with pytest.raises(InvalidValue, match=f"has {len(row)} values for 2 columns"):
        encode_rows("k", ["a", "b"], [(1, 2), row])


def test_a_column_named_twice_is_refused():
    """Two columns of one name would hide a value."""
    with pytest.raises(InvalidValue, match="a column is named twice among a, a"):
        encode_rows("k", ["a", "a"], [(1, 2)])


RECORD = encode("observation", {"amount": Money(Decimal("12.50"), "CNY"), "tags": ["a", None], "when": date(2026, 5, 3), "n": 2**70})


@pytest.mark.parametrize("length", range(len(RECORD)))
def test_a_cut_record_is_refused(length):
    """No beginning of a record is a record."""
    with pytest.raises(InvalidValue) as refused:
        decode(RECORD[:length])

    assert refused.value.code == "core.not_a_record"


def decoded_or_none(encoded):
    try:
        return decode(encoded)
    except InvalidValue:
        return None


def test_no_change_of_one_bit_goes_unnoticed():
    """Flipping any bit of a record gives no record, or another record."""
    original = decode(RECORD)
    changed = [RECORD[:at] + bytes([RECORD[at] ^ 1 << bit]) + RECORD[at + 1 :] for at in range(len(RECORD)) for bit in range(8)]

    outcomes = [decoded_or_none(one) for one in changed]

    assert outcomes.count(original) == 0
    assert outcomes.count(None) > len(changed) // 2


@pytest.mark.parametrize(
    "encoded",
    [
        pytest.param(RECORD + b"\x00", id="trailing byte"),
        pytest.param(b"bole-record/2\n" + RECORD[14:], id="unknown version"),
        pytest.param(b"bole-record/1\n\0\0\0\1k\0\0\0\1\0\0\0\1vd" + (4).to_bytes(8, "big") + b"10e0", id="decimal with trailing zero"),
        pytest.param(b"bole-record/1\n\0\0\0\1k\0\0\0\1\0\0\0\1vt" + (2).to_bytes(8, "big"), id="truth that is two"),
        pytest.param(b"bole-record/1\n\0\0\0\1k\0\0\0\1\0\0\0\1vI" + (1).to_bytes(8, "big") + b"\1", id="small integer written as large"),
        pytest.param(b"bole-record/1\n\0\0\0\1k\0\0\0\2\0\0\0\1b\0\0\0\1ann", id="names out of order"),
        pytest.param(b"bole-record/1\n\0\0\0\1k\0\0\0\2\0\0\0\1a\0\0\0\1ann", id="name twice"),
        pytest.param(b"bole-record/1\n\0\0\0\1k\0\0\0\1\0\0\0\1vs" + (-1).to_bytes(8, "big", signed=True), id="negative length"),
        pytest.param(b"bole-record/1\n\0\0\0\1k\0\0\0\1\0\0\0\1vD" + (2**62).to_bytes(8, "big"), id="date beyond the calendar"),
        pytest.param(b"bole-record/1\n\0\0\0\1k\0\0\0\1\0\0\0\1vM" + (7).to_bytes(8, "big") + b"XXX 1e0", id="unknown currency"),
        pytest.param(b"bole-record/1\n\0\0\0\1k\xff\xff\xff\xff", id="four thousand million fields"),
        pytest.param(b"bole-record/1\n\0\0\0\1k\0\0\0\1\0\0\0\1v?", id="unknown tag"),
    ],
)
def test_bytes_that_are_not_canonical_are_refused(encoded):
    """What reads as a record but is not how `encode` writes it is no record."""
    with pytest.raises(InvalidValue) as refused:
        decode(encoded)

    assert refused.value.code == "core.not_a_record"
