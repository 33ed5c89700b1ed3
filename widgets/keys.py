"""Keys of the settings as one reads them."""

_SIGNS = {
    "question_mark": "?", "full_stop": ".", "comma": ",", "plus": "+", "minus": "-", "slash": "/",
    "left_square_bracket": "[", "right_square_bracket": "]", "escape": "esc",
}  # fmt: skip


def to_key(keys: str) -> str:
    """The first of an action's keys as one reads it: `question_mark,f1` is `?`, `ctrl+p` is `^p`."""
    first = keys.split(",")[0].strip()
    if first.startswith("ctrl+"):
        return "^" + to_key(first.removeprefix("ctrl+"))
    return _SIGNS.get(first, first)
