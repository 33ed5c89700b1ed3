"""Values as TOML spells them: for messages, and for `smid config show`."""

import json

from core.text import clean


def format_value(value: object, width: int = 0) -> str:
    """One line of TOML for a string, number, boolean, date or list of them, without unsafe characters.

    `width` caps the length of a text that is only to be read; 0 leaves it whole, so that it can be parsed again.
    """
    match value:
        case bool():
            spelled = "true" if value else "false"
        case str():
            spelled = f'"{clean(value, width)}"' if width else _quote(value)
        case list() | tuple():
            spelled = f"[{', '.join(format_value(item, width) for item in value)}]"
        case dict():
            spelled = f"{{{', '.join(f'{_key(k)} = {format_value(v, width)}' for k, v in value.items())}}}"
        case _:
            spelled = str(value)
    return clean(spelled, width) if width else spelled


def format_list(values: list[object], width: int) -> str:
    """A list, on several lines where one would be longer than `width`."""
    line = format_value(values)
    if len(line) <= width:
        return line
    rows = [""]
    for item in map(format_value, values):
        if rows[-1] and len(rows[-1]) + len(item) + 6 > width:
            rows.append("")
        rows[-1] += (" " if rows[-1] else "") + item + ","
    return "\n".join(["[", *(f"    {row}" for row in rows), "]"])


def _quote(text: str) -> str:
    # A basic string of TOML is one of JSON, but for what a terminal must not see raw.
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in quoted)


def _key(name: str) -> str:
    return name if name.replace("_", "").replace("-", "").isalnum() and name.isascii() else _quote(name)
