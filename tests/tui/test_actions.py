"""The keys of the shipped settings against the actions there are."""

from made import make_settings

from tui.actions import ACTIONS


def test_the_shipped_keys_name_every_action() -> None:
    """Whatever a user's file may name is checked against the shipped one when it is read."""
    assert set(make_settings().keys) == set(ACTIONS)


def test_every_action_has_a_title_and_a_sentence() -> None:
    assert all(action.title and action.help and action.group for action in ACTIONS.values())
