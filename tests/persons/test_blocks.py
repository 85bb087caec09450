"""The names of the blocks are the same wherever they stand."""

from partners.blocks import BlockName
from persons.blocks import BLOCKS


def test_a_mandate_can_allow_exactly_the_blocks_a_dossier_is_cut_into():
    assert tuple(BlockName.values) == BLOCKS
