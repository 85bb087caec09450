"""The hash tree of RFC 6962: one root over rows in order, and the proof that a row is among them."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

SIZE = 32  # bytes of a hash


def leaf_hash(content: bytes) -> bytes:
    """The hash of one row."""
    return sha256(b"\0" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two hashes beside each other."""
    return sha256(b"\1" + left + right).digest()


class Tree:
    """The tree over at least one leaf."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        level = list(leaves)
        self.levels = [level]
        while len(level) > 1:
            above = [
                sha256(b"\1" + left + right).digest()
                for left, right in zip(level[::2], level[1::2], strict=False)
            ]
            if len(level) % 2:  # the last one has no neighbour and moves up
                above.append(level[-1])
            level = above
            self.levels.append(level)

    @property
    def root(self) -> bytes:
        return self.levels[-1][0]

    def path(self, index: int) -> list[bytes]:
        """The hashes that lead from the leaf at `index`, counted from 0, to the root, lowest first."""
        siblings = []
        for level in self.levels[:-1]:
            if (index ^ 1) < len(level):
                siblings.append(level[index ^ 1])
            index //= 2
        return siblings


def root_from(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root of a tree of `size` leaves that has this leaf at `index`, by its path.

    Raises ValueError when the path does not fit the place.
    """
    if not 0 <= index < size:
        raise ValueError("the index is outside the tree")
    siblings = iter(path)
    while size > 1:
        if (index ^ 1) < size:
            sibling = next(siblings, None)
            if sibling is None:
                raise ValueError("the path is too short")
            leaf = node_hash(sibling, leaf) if index % 2 else node_hash(leaf, sibling)
        index, size = index // 2, (size + 1) // 2
    if next(siblings, None) is not None:
        raise ValueError("the path is too long")
    return leaf
