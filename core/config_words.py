"""What a setting may be, in words made from its type."""

from typing import Any

from msgspec import inspect


def describe(kind: Any) -> str:
    """`kind` (a type as annotated in core/settings.py) as a person would say it: "a number from 10 to 3600"."""
    return _describe(inspect.type_info(kind))


def choices(kind: Any) -> tuple[str, ...]:
    """The words that `kind`, or the items of the list `kind`, can be; empty where any will do."""
    info = inspect.type_info(kind)
    item = info.item_type if isinstance(info, inspect.VarTupleType) else info
    return tuple(str(v) for v in item.values) if isinstance(item, inspect.LiteralType) else ()


def _describe(info: inspect.Type) -> str:
    match info:
        case inspect.BoolType():
            return "true or false"
        case inspect.IntType():
            return "a whole number" + _range(info)
        case inspect.FloatType():
            return "a number" + _range(info)
        case inspect.StrType():
            return "text in quotes"
        case inspect.LiteralType():
            return "one of " + ", ".join(f'"{value}"' for value in info.values)
        case inspect.VarTupleType():
            return _describe_list(info)
    return "a table"


def _describe_list(info: inspect.VarTupleType) -> str:
    most = f" of at most {info.max_length}" if info.max_length else ""
    least = ", not empty," if info.min_length else ""
    return f"a list{most}{least} with items that are each {_describe(info.item_type)}"


def _range(info: inspect.IntType | inspect.FloatType) -> str:
    low = f" from {info.ge:g}" if info.ge is not None else f" above {info.gt:g}" if info.gt is not None else ""
    return low + (f" to {info.le:g}" if info.le is not None else "")
