"""`smid config` and `smid schema`."""

import os
import re
import stat
import tomllib
from pathlib import Path

import jsonschema
import msgspec
import pytest

from core.config import load_settings, merge
from core.snapshot import EMPTY
from core.toml import format_list, format_value
from tui import cli
from tui.commands.config import init
from tui.commands.once import to_json

ROOT = Path(__file__).parents[2]
SHIPPED = tomllib.loads((ROOT / "config.toml").read_text("utf-8"))


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    return tmp_path


def run(capfdbinary, *arguments) -> str:
    assert cli.main(arguments) == 0
    return capfdbinary.readouterr().out.decode()


def test_show_is_toml_of_the_settings_in_force(home, capfdbinary):
    (home / "smid").mkdir()
    (home / "smid" / "config.toml").write_text('[theme]\nname = "light"\n[rules.streak]\nwarn = 15\n')
    page = run(capfdbinary, "config", "show")
    assert tomllib.loads(page) == merge(SHIPPED, {"theme": {"name": "light"}, "rules": {"streak": {"warn": 15}}})
    assert 'name = "light"  # yours' in page
    assert "warn = 15  # yours" in page
    assert 'name = "yahoo"  # shipped' in page
    assert str(home / "smid" / "config.toml") in page


def test_show_tells_the_option(capfdbinary):
    assert 'name = "simulated:3"  # --source' in run(capfdbinary, "config", "show", "--source", "simulated:3")


def test_check(home, capfdbinary):
    assert run(capfdbinary, "config", "check").startswith("ok: no file")
    file = home / "mine.toml"
    file.write_text("[refresh]\nopen_seconds = 20\n")
    assert run(capfdbinary, "config", "check", "--config", str(file)) == f"ok: {file}\n"
    file.write_text("[refresh]\nopen_seconds = 1\n")
    assert cli.main(["config", "check", "--config", str(file)]) == 2
    out, err = capfdbinary.readouterr()
    assert out == b""
    assert b"from 10 to 3600" in err


def test_check_reads_the_claims_of_ones_own_too(home, capfdbinary):
    (home / "smid").mkdir()
    claims = home / "claims.toml"
    (home / "smid" / "config.toml").write_text(f'[claims]\nfile = "{claims}"\n')
    claims.write_text("[mine]\n[other]\n")
    assert cli.main(["config", "check"]) == 2
    said = capfdbinary.readouterr().err.decode()
    assert f"{claims}: [mine] says is missing" in said
    assert "1 more are wrong." in said
    claims.write_text("")
    assert cli.main(["config", "check"]) == 0


def test_init_writes_a_private_copy_and_never_overwrites(home, capfdbinary):
    file = home / "smid" / "config.toml"
    assert str(file) in run(capfdbinary, "config", "init")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    before = file.read_bytes()
    assert cli.main(["config", "init"]) == 2
    assert b"stays as it is" in capfdbinary.readouterr().err
    assert file.read_bytes() == before
    assert load_settings() == load_settings(file)
    assert tomllib.loads(before.decode())["theme"] == {}, "nothing is set until the # goes"


def test_init_makes_private_directories(home):
    old = os.umask(0o022)
    try:
        init(home / "sub" / "dir" / "c.toml")
    finally:
        os.umask(old)
    assert [stat.S_IMODE((home / place).stat().st_mode) for place in ("sub", "sub/dir")] == [0o700, 0o700]


def test_init_uncommented_is_the_shipped_file(home, capfdbinary):
    """Taking every `#` away in front of a key gives what is shipped."""
    run(capfdbinary, "config", "init")
    lines = (home / "smid" / "config.toml").read_text("utf-8").splitlines()
    opened = [line[1:] if re.match("#(?! )|#    ", line) else line for line in lines]
    assert tomllib.loads("\n".join(opened)) == SHIPPED


def test_init_follows_no_link(home, capfdbinary):
    target = home / "elsewhere"
    (home / "mine.toml").symlink_to(target)
    assert cli.main(["config", "init", "--config", str(home / "mine.toml")]) == 2
    assert not target.exists()


def test_init_where_nothing_can_be_written(home, capfdbinary):
    (home / "file").touch()
    assert cli.main(["config", "init", "--config", str(home / "file" / "c.toml")]) == 2
    assert b"cannot be written" in capfdbinary.readouterr().err


def test_schema_is_a_schema_and_holds_for_the_empty_snapshot(capfdbinary):
    schema = msgspec.json.decode(run(capfdbinary, "schema"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(msgspec.json.decode(to_json(EMPTY)), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**msgspec.json.decode(to_json(EMPTY)), "measures": {"x": {"value": 1}}}, schema)


@pytest.mark.parametrize(
    "value",
    [
        *("plain", 'quo"te', "back\\slash", "tab\tend", "\x7f\x1b\x85\u202e", "é漢😀"),
        *(True, 1, 1.5, ["a", "b"], [1, [2]], {"a": 1, "b c": "x", "é": [True]}),
    ],
)
def test_values_survive_toml(value):
    text = format_value(value)
    assert tomllib.loads(f"x = {text}") == {"x": value}
    assert text.isprintable()


def test_long_lists_are_wrapped():
    values = [f"SYMBOL{n}" for n in range(40)]
    text = format_list(values, 60)
    assert max(map(len, text.splitlines())) <= 60
    assert tomllib.loads(f"x = {text}") == {"x": values}
