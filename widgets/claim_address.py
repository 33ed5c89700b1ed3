"""Where the page of a claim is asked for, among the addresses of measures."""

from core.claims.record import ClaimRecord, Ledger

_SIGN = "claim:"


def to_address(record: ClaimRecord) -> str:
    """`claim:NAME`; never with a comma, which stands between addresses."""
    return f"{_SIGN}{record.id}".replace(",", ";")


def is_claim(address: str) -> bool:
    """Whether `address` is that of a claim."""
    return address.startswith(_SIGN)


def find_claim(address: str, ledger: Ledger | None) -> ClaimRecord | None:
    """The claim at `address`, None where there is none (any more)."""
    claims = ledger.claims if ledger else ()
    return next((record for record in claims if to_address(record) == address), None)
