"""Where the page of a finding is asked for, among the addresses of measures."""

from collections.abc import Iterable

from core.snapshot import Finding

_SIGN = "finding:"


def to_address(finding: Finding) -> str:
    """`finding:RULE SUBJECT`; never with a comma, which stands between addresses."""
    return f"{_SIGN}{finding.rule} {finding.subject}".replace(",", ";")


def is_finding(address: str) -> bool:
    """Whether `address` is that of a finding."""
    return address.startswith(_SIGN)


def find_finding(address: str, findings: Iterable[Finding]) -> Finding | None:
    """The finding at `address`, None where there is none (any more)."""
    return next((finding for finding in findings if to_address(finding) == address), None)
