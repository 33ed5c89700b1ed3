"""Settings: what is shipped holds; the user's file overrides key by key; whatever is wrong gives one message."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.config import default_user_file, load_layers, load_settings, merge, shipped_file
from core.errors import ConfigError
from core.text import clean

ROOT = Path(__file__).parents[2]
SHIPPED = tomllib.loads((ROOT / "config.toml").read_text("utf-8"))

RULES = [f"rules.{name}" for name in SHIPPED["rules"]]
TABLES = st.sampled_from([*(name for name in SHIPPED if name != "rules"), *RULES, "other", '"\u202e"'])
KEYS = st.sampled_from(
    [key for table in (*SHIPPED.values(), *SHIPPED["rules"].values()) for key in table]
) | st.sampled_from(["x", "a.b", '"\x1b"'])
TOML_TEXT = st.text(max_size=20).map(lambda text: f"'{text}'")
SCALARS = TOML_TEXT | st.integers().map(str) | st.floats().map(str) | st.sampled_from(["true", "1979-05-27", "{a = 1}"])
VALUES = SCALARS | st.lists(SCALARS, max_size=3).map(lambda items: f"[{', '.join(items)}]") | st.text(max_size=10)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """Nobody's own settings leak into these tests."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    return tmp_path / "xdg"


def write(folder: Path, content: str | bytes) -> Path:
    file = folder / "mine.toml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def complain(folder: Path, content: str | bytes) -> str:
    """The message for a file of this content, one line that names the file."""
    file = write(folder, content)
    with pytest.raises(ConfigError) as caught:
        load_settings(file)
    message = str(caught.value)
    assert caught.value.exit_code == 2
    assert "\n" not in message
    assert str(file) in message
    return message


def test_the_shipped_file_is_what_it_says():
    # msgspec turns lists into tuples and 15 into 15.0; as JSON both are the same.
    assert msgspec.json.decode(msgspec.json.encode(load_settings())) == msgspec.json.decode(
        msgspec.json.encode(SHIPPED)
    )
    assert shipped_file() == ROOT / "config.toml"


def test_every_shipped_key_is_explained():
    """A setting, or a run of settings, stands under a comment."""
    explained = False
    for line in (ROOT / "config.toml").read_text("utf-8").splitlines():
        if line.startswith("#"):
            explained = True
        elif not line.strip() or (line.startswith("[") and "rules" not in line):
            explained = False
        elif re.match(r"[a-z_0-9]+ = ", line) and not line.startswith("enabled"):
            assert explained, line


def test_constituents_by_fund(tmp_path):
    """Only the first = separates; the shipped settings count nothing."""
    mine = load_settings(
        write(tmp_path, '[breadth]\nholdings = ["IWM=~/a=b.csv", "SPY=/s"]\nbars = ["~/bars", "/t"]\n')
    )
    assert mine.breadth.funds == {"IWM": "~/a=b.csv", "SPY": "/s"}
    assert mine.breadth.bars == ("~/bars", "/t")
    assert load_settings().breadth.funds == {}


def test_who_watches_less_need_not_name_other_pairs_for_the_map(tmp_path):
    file = write(tmp_path, '[universe]\nsymbols = ["HYG"]\n[rotation]\nsectors = ["HYG/SPY"]\n')
    mine = load_settings(file).rotation
    assert mine.sectors == ("HYG/SPY",)
    assert "IWC/SPY" in mine.sizes, "shipped, though IWC is not watched: the map says so"


def test_subjects_of_a_map():
    rotation = msgspec.structs.replace(load_settings().rotation, sizes=("A/B", "B/C"), sectors=(), market="C")
    assert rotation.subjects("sizes", "pairs") == ("A/B", "B/C")
    assert rotation.subjects("sizes", "market") == ("A/C", "B/C")
    assert list(rotation.groups) == ["sizes"]
    assert rotation.subjects("sectors", "market") == ()


def test_a_key_of_the_user_overrides_and_the_others_stay(tmp_path):
    file = write(tmp_path, '[refresh]\nopen_seconds = 20\n[universe]\npairs = ["IJR/SPY"]\n[rules.streak]\nwarn = 15\n')
    mine, shipped = load_settings(file), load_settings()
    assert mine.refresh.open_seconds == 20.0
    assert mine.refresh.closed_seconds == shipped.refresh.closed_seconds
    assert mine.universe.pairs == ("IJR/SPY",), "lists replace"
    assert mine.universe.symbols == shipped.universe.symbols
    assert mine.rules["streak"] == {**shipped.rules["streak"], "warn": 15}, "tables merge"


def test_merge_leaves_its_arguments_alone():
    base, over = {"a": {"x": 1, "y": [1]}}, {"a": {"y": [2]}, "b": 3}
    assert merge(base, over) == {"a": {"x": 1, "y": [2]}, "b": 3}
    assert base == {"a": {"x": 1, "y": [1]}}
    assert over == {"a": {"y": [2]}, "b": 3}


def test_the_users_own_place_is_read(home):
    (home / "smid").mkdir(parents=True)
    (home / "smid" / "config.toml").write_text('[theme]\nname = "light"\n')
    assert default_user_file() == home / "smid" / "config.toml"
    assert load_settings().theme.name == "light"
    layers = load_layers()
    assert layers.is_users("theme", "name")
    assert not layers.is_users("source", "name")
    assert layers.file("source", "name") == shipped_file()


@pytest.mark.parametrize(("base", "expected"), [("", ".config"), ("relative", ".config"), ("/etc/xdg", "/etc/xdg")])
def test_xdg(base, expected, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", base)
    assert default_user_file() == tmp_path / expected / "smid" / "config.toml"


def test_the_source_option_wins():
    assert load_settings(source="simulated:7").source.name == "simulated:7"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param("[refresh]\nopen_seconds = 5", ["[refresh] open_seconds = 5:", "from 10 to 3600"], id="range"),
        pytest.param('[refresh]\nopen_seconds = "15"', ['open_seconds = "15"', "a number"], id="type"),
        pytest.param("[refresh]\nopen_seconds = true", ["= true", "a number"], id="bool for number"),
        pytest.param("[refresh]\nrequests_per_hour = 60.5", ["= 60.5", "a whole number from 60 to 360"], id="float"),
        pytest.param("[refresh]\nopen_seconds = nan", ["= nan", "finite"], id="nan"),
        pytest.param("[refresh]\nopen_seconds = inf", ["= inf", "finite"], id="inf"),
        pytest.param("[rules.streak]\nwarn = nan", ["[rules.streak] warn = nan"], id="nan in rule"),
        pytest.param("[refresh]\nopen_secnds = 5", ["open_secnds", '"open_seconds"', "Keys here:"], id="key"),
        pytest.param("[refersh]\nx = 5", ["[refersh]", "Did you mean [refresh]?", "Tables: source"], id="table"),
        pytest.param("open_seconds = 15", ["open_seconds = 15", "belongs under [refresh]"], id="no table"),
        pytest.param('theme = "dark"', ['theme = "dark"', "write [theme]"], id="value for table"),
        pytest.param("theme.name = {x = 1}", ["[theme] name = {x = 1}", '"dark"'], id="table for value"),
        pytest.param('[theme]\nname = "drk"', ['"drk"', '"colorblind-light"', 'mean "dark"'], id="choice"),
        pytest.param("[theme]\nname = 2026-01-01", ["2026-01-01", "one of"], id="date"),
        pytest.param('[panes]\nshow = ["chart", "gasp"]', ["gasp", 'mean "gaps"'], id="choice in list"),
        pytest.param("[panes]\nshow = []", ["show = []", "not empty"], id="empty list"),
        pytest.param("[panes]\nmouse = 1", ["mouse = 1", "true or false"], id="number for bool"),
        pytest.param('[breadth]\nholdings = ["IWM"]', ['"IWM"', 'such as "IWM=~/IWM.csv"'], id="fund without a list"),
        pytest.param('[breadth]\nholdings = ["IWM=a.csv"]', ['"IWM=a.csv"', "from / or ~ on"], id="relative list"),
        pytest.param('[breadth]\nholdings = ["iwm=/a"]', ['"iwm=/a"', "expected a fund"], id="small letters"),
        pytest.param('[breadth]\nholdings = ["IWM=/a", "IWM=/b"]', ['"IWM=/b"', "has a list already"], id="two lists"),
        pytest.param('[breadth]\nholdings = ["IVV=/a"]', ['"IVV=/a"', "IVV is not watched"], id="fund not watched"),
        pytest.param('[breadth]\nholdings = "IWM=/a"', ['"IWM=/a"', "a list of at most 20"], id="no list"),
        pytest.param('[breadth]\nbars = ["bars"]', ['bars = "bars"', "a directory or a file"], id="relative bars"),
        pytest.param(
            '[fundamentals]\nindices = ["IWM"]', ['"IWM"', '"S&P 500=SPY,^GSPC"'], id="index without a symbol"
        ),
        pytest.param(
            '[fundamentals]\nindices = ["A=IWM,"]', ['"A=IWM,"', "a fund first"], id="index with half a symbol"
        ),
        pytest.param('[fundamentals]\nindices = ["A=IWM", "B=IWM"]', ["IWM stands for A already"], id="two indices"),
        pytest.param('[fundamentals]\nfiles = ["a.csv"]', ['"a.csv"', "from / or ~ on"], id="relative figures"),
        pytest.param("[fundamentals]\nper_hour = 60", ["per_hour = 60", "1 to 30"], id="too many companies an hour"),
        pytest.param('[rotation]\nsizes = ["IWM"]', ['"IWM"', "small over large"], id="no pair on the map"),
        pytest.param('[rotation]\nsectors = ["IYT/SPY"]', ['"IYT/SPY"', "IYT is not watched"], id="not watched"),
        pytest.param('[rotation]\nsizes = ["IWM/SPY", "IWM/SPY"]', ["named twice"], id="twice on the map"),
        pytest.param('[rotation]\nmarket = "IWV"', ['"IWV"', "not watched; name it"], id="market not watched"),
        pytest.param('[rotation]\nmarket = "vti"', ['"vti"', 'mean "VTI"'], id="market in small letters"),
        pytest.param('[rotation]\npace = "monthly"', ['"monthly"', '"weekly"'], id="pace"),
        pytest.param('[rotation]\nagainst = "SPY"', ['"SPY"', '"market"'], id="against"),
        pytest.param('[panes]\nshow = ["rotation"]', ["rotation", '"chart"'], id="page among panes"),
        pytest.param('[panes]\npages = ["rotation", "rotation"]', ["named twice"], id="page twice"),
        pytest.param('[panes]\nshow = ["risk", "risk"]', ['"risk"', "named twice"], id="twice"),
        pytest.param('[universe]\npairs = ["IWM-SPY"]', ['"IWM-SPY"', "small over large"], id="no pair"),
        pytest.param('[universe]\npairs = ["SPY/SPY"]', ['"SPY/SPY"', "two different"], id="pair of one"),
        pytest.param("[universe]\npairs = [1]", ["pairs = [1]", "1 to 40 items"], id="number for pair"),
        pytest.param('[universe]\nbenchmark = "spy"', ['"spy"', 'mean "SPY"'], id="small letters"),
        pytest.param('[universe]\nsymbols = ["A B"]', ['"A B"', "a symbol of capitals"], id="symbol"),
        pytest.param('[universe]\naverages = ["IWM/"]', ['"IWM/"', "pair"], id="half a pair"),
        pytest.param('[universe]\nsymbols = ["QQQ", "QQQ"]', ['"QQQ"', "twice"], id="symbol twice"),
        pytest.param('[lookbacks]\nchart_default = "3Y"', ['chart_default = "3Y"'], id="default not there"),
        pytest.param('[lookbacks]\nchart = ["1Y"]', ['[lookbacks] chart = ["1Y"]', '"2Y"'], id="default left out"),
        pytest.param('[keys]\nqiut = "x"', ["qiut", '"quit"'], id="action"),
        pytest.param('[keys]\nquit = "esc"', ['"esc"', '"escape"'], id="key name"),
        pytest.param('[keys]\nquit = "?"', ['"?"', '"question_mark"'], id="sign for key"),
        pytest.param('[keys]\nquit = ""', ['quit = ""'], id="no key"),
        pytest.param('[keys]\nquit = "3"', ['"3" goes to the pane'], id="reserved key"),
        pytest.param('[keys]\nquit = "h"', ['[keys] quit = "h"', "longer"], id="key of another"),
        pytest.param('[keys]\nlonger = "q"', ['[keys] longer = "q"', "quit"], id="key of an earlier one"),
        pytest.param("[keys]\nquit = 1", ["quit = 1", "a text"], id="number for key"),
        pytest.param("[rules.volatilty]\nx = 1", ["[rules.volatilty]", "[rules.volatility]"], id="rule"),
        pytest.param("[rules.streak]\nwran = 1", ["[rules.streak] wran = 1", '"warn"'], id="threshold"),
        pytest.param("[rules.streak]\nwarn = 2", ["[rules.streak]", "stricter"], id="thresholds in disorder"),
        pytest.param("[rules.streak]\nwarn = 1.5", ["[rules.streak] warn = 1.5", "int"], id="part of a session"),
        pytest.param('[rules.trend_break]\nlevel_50 = "wach"', ["[rules.trend_break] level_50 = wach"], id="level"),
        pytest.param("rules.streak = 1", ["streak = 1", "[rules.streak]"], id="value for rule"),
        pytest.param("[theme\n", ["not TOML", "line 1"], id="syntax"),
        pytest.param("x = 1\nx = 2\n", ["not TOML"], id="key twice"),
        pytest.param("x = " + "[" * 20_000, ["not TOML", "nested"], id="nested"),
        pytest.param("x = " + "1" * 10_000, ["not TOML"], id="digits"),
        pytest.param(b"[theme]\nname = '\xff'", ["not UTF-8", "byte 16"], id="latin-1"),
        pytest.param("#" * 1_000_001, ["larger than 1 MB"], id="large"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(content, said, tmp_path):
    message = complain(tmp_path, content)
    for words in said:
        assert words in message


def test_no_message_carries_what_steers_a_terminal(tmp_path):
    nasty = "\\u001b]52;c;aGk=\\u0007\\u202e\\u009b31m"
    contents = [
        f'[theme]\nname = "{nasty}"',
        f'["{nasty}"]\nx = 1',
        f'[theme]\n"{nasty}" = 1',
        f'[keys]\nquit = "{nasty}"',
    ]
    contents += [f'[universe]\npairs = ["{nasty}"]', f'[rules."{nasty}"]\nx = 1', f'[panes]\nshow = ["{nasty}"]']
    for content in contents:
        assert not re.search("[\x00-\x1f\x7f-\x9f\u202e]", complain(tmp_path, content)), content


@pytest.mark.parametrize(
    "content", ["", "# nothing\n", "\ufeff[theme]\nname = 'dark'\n", "[theme]\r\nname = 'dark'\r\n"]
)
def test_harmless_files_change_nothing(content, tmp_path):
    assert load_settings(write(tmp_path, content)) == load_settings()


@pytest.mark.parametrize("keys", ["ctrl+p,Q", "f12", "percent_sign", "alt+left,minus", "shift+tab"])
def test_keys_that_are_right(keys, tmp_path):
    rest = "\n".join(['palette = "f9"', 'shorter = "H"', 'previous_pane = "f10"'])
    assert load_settings(write(tmp_path, f'[keys]\nquit = "{keys}"\n{rest}')).keys["quit"] == keys


def test_files_that_cannot_be_read(tmp_path):
    for path, reason in [(tmp_path / "absent.toml", "No such file"), (tmp_path, "Is a directory")]:
        with pytest.raises(ConfigError, match=reason):
            load_settings(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_rights(home):
    file = home / "smid" / "config.toml"
    file.parent.mkdir(parents=True)
    file.touch(mode=0o000)
    with pytest.raises(ConfigError, match="Permission denied"):
        load_settings()


def test_no_home_is_told(monkeypatch):
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.setenv("HOME", "")
    with pytest.raises(ConfigError, match="set HOME, or use --config FILE"):
        load_settings()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=TABLES, key=KEYS, value=VALUES)
def test_whatever_is_written_gives_settings_or_one_message(table, key, value, tmp_path):
    file = write(tmp_path, f"[{table}]\n{key} = {value}\n".encode("utf-8", "surrogatepass"))
    message = ""
    try:
        load_settings(file)
    except ConfigError as error:
        message = str(error)
    # Cleaning it again changes nothing: it is clean, and on one line.
    assert message == clean(message, 10_000)
    assert not message or str(file) in message


def test_no_numpy_is_loaded():
    code = "import sys; from core.config import load_settings; load_settings(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert not {"numpy", "pandas", "textual"} & set(loaded.split())
