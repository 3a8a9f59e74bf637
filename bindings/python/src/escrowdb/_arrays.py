"""Batches as numpy structured arrays, which the library reads and writes where they lie.

numpy is optional: it is imported when one of these functions is called.
"""

from __future__ import annotations

import functools
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Union

from ._library import ffi
from ._operation import Operation
from ._outcome import Outcome
from ._record import Record
from ._values import IdLike, id_array_bytes, id_record, out_of_range, whole_number

if TYPE_CHECKING:
    import numpy
    from numpy import void
    from numpy.typing import NDArray


def dtype(kind: type[Record]) -> numpy.dtype[void]:
    """Gives the dtype of a record: an id or amount is a pair of `lo` and `hi`.

    >>> dtype(Outcome).itemsize
    208
    """
    return named_dtype(kind.C_TYPE)


def op_dtype() -> numpy.dtype[void]:
    """Gives the dtype of operations: what `Store.submit_array` takes.

    >>> op_dtype().itemsize, op_dtype()["amount"].names
    (208, ('lo', 'hi'))
    """
    return dtype(Operation)


def outcome_dtype() -> numpy.dtype[void]:
    """Gives the dtype of outcomes: what `Store.submit_array` gives."""
    return dtype(Outcome)


def id_dtype() -> numpy.dtype[void]:
    """Gives the dtype of ids and amounts."""
    return named_dtype("escrow_u128")


@functools.cache
def named_dtype(c_type: str) -> numpy.dtype[void]:
    """Gives the dtype of a struct; made once, because that takes longer than a small batch."""
    made: numpy.dtype[void] = dtype_of(ffi.typeof(c_type))
    return made


def dtype_of(ctype: Any) -> Any:
    """Derives a dtype from a C type."""
    import numpy

    if ctype.kind == "struct":
        fields = ctype.fields
        return numpy.dtype(
            {
                "names": [name for name, _ in fields],
                "formats": [dtype_of(each.type) for _, each in fields],
                "offsets": [each.offset for _, each in fields],
                "itemsize": ffi.sizeof(ctype),
            }
        )
    if ctype.kind == "array":
        if ctype.item.cname == "char":
            return numpy.dtype(f"S{ctype.length}")
        return numpy.dtype((dtype_of(ctype.item), (ctype.length,)))
    sign = "i" if ctype.cname.startswith("int") else "u"
    return numpy.dtype(f"<{sign}{ffi.sizeof(ctype)}")


def op_array(count: int, **columns: Any) -> NDArray[void]:
    """Makes an array of `count` operations from columns: the fields of `Operation`.

    A column is one value for all, or one for each. Ids and amounts are arrays of whole numbers,
    arrays of `id_dtype()`, or sequences of what is taken for ids.

    >>> from escrowdb import Kind
    >>> array = op_array(2, kind=Kind.TRANSFER, id=[10, 11], amount=[500, 2**70], ledger=1)
    >>> array["amount"]["lo"].tolist(), array["amount"]["hi"].tolist()
    ([500, 0], [0, 64])
    """
    import numpy

    array = numpy.zeros(whole_number(count, "a count", 32), op_dtype())
    for name, column in columns.items():
        if name not in (array.dtype.names or ()) or name == "reserved":
            raise TypeError(f"operations have no column {name!r}")
        if array.dtype[name].names is None:
            array[name] = whole_column(column, name, array.dtype[name])
        else:
            array[name] = id_column(column, name)
    return array


def whole_column(column: Any, name: str, field: numpy.dtype[Any]) -> Any:
    """Gives a column of whole numbers that fit their field."""
    import numpy

    given = numpy.asarray(column)
    if given.dtype.kind not in "iu" and given.size:
        raise TypeError(f"column {name!r} must be of whole numbers, not {given.dtype}")
    bits = field.itemsize * 8
    if given.size and (given.min() < 0 or int(given.max()) >> bits):
        raise out_of_range(f"column {name!r}", bits)
    return given


def id_column(column: Any, name: str) -> Any:
    """Gives a column of ids or amounts."""
    import numpy

    if isinstance(column, (int, uuid.UUID, bytes)):
        return numpy.frombuffer(id_record(column, f"column {name!r}"), id_dtype())[0]
    if isinstance(column, (str, float)):
        raise TypeError(f"column {name!r} must be of whole numbers, not {type(column).__name__}")
    if isinstance(column, numpy.ndarray) and column.dtype == id_dtype():
        return column
    if isinstance(column, numpy.ndarray) and column.dtype.kind != "O":
        pairs = numpy.zeros(column.shape, id_dtype())
        pairs["lo"] = whole_column(column, name, pairs.dtype["lo"])
        return pairs
    return id_array(column, f"column {name!r}")


def id_array(ids: Union[NDArray[Any], Iterable[IdLike]], what: str = "ids") -> NDArray[void]:
    """Gives ids, or amounts, as an array of `id_dtype()`.

    >>> id_array([1, uuid.UUID(int=2)])["lo"].tolist()
    [1, 2]
    """
    import numpy

    return numpy.frombuffer(bytearray(id_array_bytes(ids, what)), id_dtype())


def to_columns(array: NDArray[void]) -> dict[str, NDArray[Any]]:
    """Gives the columns of a structured array, `balances.debits_posted` for an inner one.

    Ids, amounts and changes become Python's numbers, whatever their size; other columns are views
    of the array.

    >>> to_columns(op_array(2, id=[10, 2**70], ledger=1))["id"].tolist()
    [10, 1180591620717411303424]
    """
    columns: dict[str, NDArray[Any]] = {}
    for name in array.dtype.names or ():
        column = array[name]
        inner = column.dtype.names
        if name.startswith("reserved") or name == "struct_size":
            continue
        if inner is None:
            columns[name] = column
        elif inner == ("lo", "hi"):
            columns[name] = whole_numbers(column)
        else:
            columns.update(
                (f"{name}.{each}", values) for each, values in to_columns(column).items()
            )
    return columns


def whole_numbers(pairs: NDArray[void]) -> NDArray[Any]:
    """Gives the numbers of an array of pairs."""
    numbers: NDArray[Any] = pairs["hi"].astype(object) * 2**64 + pairs["lo"].astype(object)
    return numbers


def operations_buffer(array: NDArray[void]) -> Any:
    """Gives an array of operations to the library, where it lies."""
    check_form(array, op_dtype(), "the array must have the dtype escrowdb.op_dtype()")
    return ffi.from_buffer("escrow_operation[]", array)


def outcomes_buffer(array: NDArray[void], count: int) -> Any:
    """Gives room for so many outcomes to the library, where it lies."""
    check_form(array, outcome_dtype(), "out must have the dtype escrowdb.outcome_dtype()")
    if len(array) != count or not array.flags.writeable:
        raise ValueError(f"out must be writeable and have {count} elements")
    return ffi.from_buffer("escrow_outcome[]", array)


def check_form(array: NDArray[void], expected: numpy.dtype[void], refusal: str) -> None:
    """Refuses what does not lie in memory as the library expects it."""
    import numpy

    if not isinstance(array, numpy.ndarray) or array.dtype != expected:
        raise TypeError(refusal)
    if array.ndim != 1 or not array.flags.c_contiguous:
        raise ValueError("the array must be contiguous and of one dimension")
