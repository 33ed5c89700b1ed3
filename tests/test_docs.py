"""What the documents point at is there: files, headings, tests and make targets."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")], key=str)


def to_anchor(heading: str) -> str:
    """As code hosts make it: lower case, spaces to hyphens, punctuation gone."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def anchors_of(document: Path) -> set[str]:
    return {to_anchor(text) for text in re.findall(r"^#+ (.*)$", document.read_text("utf-8"), re.MULTILINE)}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document):
    text = re.sub(r"```.*?```", "", document.read_text("utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        found = (document.parent / name).resolve() if name else document
        assert found.exists(), f"{target} is not there"
        assert not anchor or anchor in anchors_of(found), f"{target} has no such heading"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_named_files_and_targets_exist(document):
    """`core/engine/book.py`, `make demo`: what is between backticks and looks like one of ours."""
    text = document.read_text("utf-8")
    for name in re.findall(r"`((?:core|widgets|tui|bench|tests|docs)/[\w./-]+)`", text):
        assert (ROOT / name).exists(), f"{name} is not there"
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)`", text)) <= targets
