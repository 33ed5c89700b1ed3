"""Keys of the settings against the actions there are."""

import pytest
from made import make_settings

from core.errors import ConfigError
from tui.actions import ACTIONS
from tui.keys import check_keys, split_keys


def test_the_shipped_keys_are_right_and_name_every_action() -> None:
    keys = make_settings().keys
    check_keys(keys)
    assert set(keys) == set(ACTIONS)


def test_an_unknown_action_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match="fastr: there is no such action; did you mean faster"):
        check_keys({"fastr": "p"})


def test_one_key_cannot_do_two_things() -> None:
    with pytest.raises(ConfigError, match="the key x is already that of quit"):
        check_keys({"quit": "q,x", "help": "x"})


@pytest.mark.parametrize("key", ["1", "9", "ctrl+c"])
def test_fixed_keys_cannot_be_taken(key: str) -> None:
    with pytest.raises(ConfigError, match="already that of"):
        check_keys({"help": key})


def test_the_same_key_twice_for_one_action_is_harmless() -> None:
    check_keys({"help": "x,x"})


def test_a_line_of_keys_is_split_at_commas() -> None:
    assert split_keys(" q , ctrl+q ,") == ("q", "ctrl+q")


def test_every_action_has_a_title_and_a_sentence() -> None:
    assert all(action.title and action.help and action.group for action in ACTIONS.values())
