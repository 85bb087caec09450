"""The names of the blocks and their labels."""

from partners.blocks import DOSSIER_ELEMENTS, BlockName
from partners.enums import BLOCK_LABELS


def test_every_block_has_a_label_in_the_same_order():
    assert list(BLOCK_LABELS) == list(BlockName)


def test_two_blocks_exist_only_in_the_older_messages():
    assert {*BlockName} - {*DOSSIER_ELEMENTS} == {"Hoedanigheden", "Opmerkingen"}
