"""The hash tree of RFC 6962, against the roots of its reference implementation."""

from __future__ import annotations

from contextlib import suppress

import pytest

from consultations.seals.merkle import Tree, leaf_hash, root_from

LEAVES = [
    bytes.fromhex(content)
    for content in (
        *("", "00", "10", "2021", "3031", "40414243"),
        *("5051525354555657", "606162636465666768696a6b6c6d6e6f"),
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_root_is_that_of_the_reference(size):
    assert Tree([leaf_hash(content) for content in LEAVES[:size]]).root.hex() == ROOTS[size - 1]


def hashes(size: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(size)]


@pytest.mark.parametrize("size", range(1, 35))
def test_each_leaf_leads_to_the_root_from_its_own_place_only(size):
    leaves = hashes(size)
    tree = Tree(leaves)
    for index, leaf in enumerate(leaves):
        path = tree.path(index)
        assert root_from(leaf, index, size, path) == tree.root
        assert root_from(leaf_hash(b"other"), index, size, path) != tree.root
        for other in {(index + 1) % size, (index + 2) % size} - {index}:
            with suppress(ValueError):  # a path of another length
                assert root_from(leaf, other, size, path) != tree.root


def test_a_path_has_the_length_of_its_place():
    leaves = hashes(6)
    path = Tree(leaves).path(2)
    for wrong in (path[:-1], [*path, path[0]]):
        with pytest.raises(ValueError, match="the path is too"):
            root_from(leaves[2], 2, 6, wrong)
    for index in (-1, 6):
        with pytest.raises(ValueError, match="outside"):
            root_from(leaves[2], index, 6, path)
