"""Signs in ASCII: as wide, in order, and none that means something else."""

from widgets.glyphs import BLOCKS, to_ascii


def test_a_picture_of_ascii_rises_in_four_steps() -> None:
    """Each sign is higher or heavier than the one before; `~` is for the provisional alone."""
    assert to_ascii(BLOCKS) == " __--==##"


def test_what_is_cut_does_not_end_like_a_sentence() -> None:
    assert to_ascii("crowding 70 of 100…") == "crowding 70 of 100>"
