"""What a setting may be, in words made from its type."""

from typing import Annotated, Any, Literal, get_args, get_origin

from msgspec import inspect


def describe(kind: Any) -> str:
    """`kind` (a type as annotated in core/settings.py) as a person would say it: "a number from 10 to 3600"."""
    info = inspect.type_info(kind)
    match info:
        case inspect.VarTupleType():
            most = f"1 to {info.max_length}" if info.min_length else f"at most {info.max_length}"
            size = f"{most} items" if info.max_length else "items, not empty" if info.min_length else "items"
            return f"a list of {size}, each {_describe(info.item_type, kind)}"
        case inspect.TupleType():
            return f"a list of {len(info.item_types)} items, each {_describe(info.item_types[0], kind)}"
        case _:
            return _describe(info, kind)


def choices(kind: Any) -> tuple[str, ...]:
    """The words that `kind`, or an item of the list `kind`, can be, in their order; empty where any will do."""
    arguments = get_args(kind)
    if get_origin(kind) is Literal:
        return arguments
    return choices(arguments[0]) if get_origin(kind) in (Annotated, tuple) else ()


def _describe(info: inspect.Type, kind: Any) -> str:
    match info:
        case inspect.BoolType():
            return "true or false"
        case inspect.IntType():
            return "a whole number" + _range(info)
        case inspect.FloatType():
            return "a number" + _range(info)
        case inspect.LiteralType():
            return "one of " + ", ".join(f'"{word}"' for word in choices(kind))
    return "a text in quotes"


def _range(info: inspect.IntType | inspect.FloatType) -> str:
    low = f" from {info.ge:g}" if info.ge is not None else f" above {info.gt:g}" if info.gt is not None else ""
    return low + (f" to {info.le:g}" if info.le is not None else "")
