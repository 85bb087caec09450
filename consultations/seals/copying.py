"""The statement that reads rows in the order in which they are sealed. No Django."""

from __future__ import annotations

from . import form

TABLE = "consultations_consultation"
# Above every transaction number: the rows of a server that is gone have no open transaction.
END = 2**64 - 1


def copy_statement(epoch: int, from_xid: int, until_xid: int) -> str:
    """COPY of the rows of a range of transactions, up to but not including `until_xid`."""
    return (
        f"COPY (SELECT {form.SELECT} FROM {TABLE} WHERE epoch = {epoch:d} AND xid >= '{from_xid:d}'"
        f" AND xid < '{until_xid:d}' ORDER BY xid, id) TO STDOUT"
    )
