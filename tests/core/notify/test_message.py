"""What a message says, to a person and to a program."""

import re

import msgspec
from notices import AT, HOSTILE, message, news

from core.journal.entry import Change
from core.rules.level import Level


def test_one_finding_is_its_own_title():
    made = message()
    assert made.title == "smid WARN: IWM/SPY is 7.1 % under its high"
    assert made.text == "WARN  IWM/SPY is 7.1 % under its high\n2026-02-26 21:20 UTC"


def test_several_are_a_list_the_worst_first():
    made = message(news("A/B", Level.WATCH), news("C/D", Level.CRITICAL), news("E", Level.WARN), label="SIMULATED")
    assert made.title == "smid [SIMULATED] 3 warnings, the worst CRIT"
    assert made.level is Level.CRITICAL
    assert [line[:9] for line in made.text.splitlines()] == ["CRIT  C/D", "WARN  E i", "WATCH A/B", "2026-02-2"]


def test_a_bad_open_is_one_message_that_counts_the_rest():
    made = message(*(news(f"S{number:02}/SPY") for number in range(40)))
    assert made.text.count("\n") == 21
    assert "and 20 more: smid journal" in made.text
    assert len(made.findings) == 40


def test_json_says_all(tmp_path):
    told = msgspec.json.decode(msgspec.json.encode(message()))
    assert told["schema"] == "smid.notification/1"
    assert (told["source"], told["label"], told["time"]) == ("yahoo", "", "2026-02-26T21:20:00Z")
    assert told["findings"] == [
        {
            "rule": "pullback",
            "subject": "IWM/SPY",
            "change": "raised",
            "level_from": "ok",
            "level": "warn",
            "text": "IWM/SPY is 7.1 % under its high",
            "value": -0.0712,
            "threshold": -0.07,
            "provisional": False,
            "quality": "ok",
            "session": "2026-02-26",
            "time": "2026-02-26T21:20:00Z",
        }
    ]


def test_hostile_text_is_cleaned_and_a_title_is_ascii_on_one_line():
    made = message(news(HOSTILE, text=HOSTILE * 30, rule=HOSTILE), label=HOSTILE)
    told = msgspec.json.encode(made).decode() + made.text.replace("\n", "")
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202e]", told)
    assert made.title.isascii()
    assert made.title.isprintable()
    assert len(made.title) <= 120
    assert made.text.count("\n") == 1


def test_a_provisional_finding_says_so():
    entry = news()
    import msgspec.structs

    live = msgspec.structs.replace(entry, provisional=True, change=Change.RAISED)
    assert "~IWM/SPY" in message(live).text
    assert message(live).time == AT
