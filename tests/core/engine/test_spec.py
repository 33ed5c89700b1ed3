"""What makes two viewers share an engine."""

from pathlib import Path

import pytest
from msgspec import structs
from scripted import make_settings

from core.engine.spec import EngineSpec, engine_digest, to_arguments


def test_the_screen_does_not_matter_and_the_market_does() -> None:
    spec, settings = EngineSpec("simulated"), make_settings()
    same = engine_digest(spec, settings)
    screen = structs.replace(settings, theme=structs.replace(settings.theme, name="light"), keys={"quit": "x"})
    assert engine_digest(spec, screen) == same
    assert engine_digest(structs.replace(spec, stay=True, data_dir="/x"), settings) == same
    universe = structs.replace(settings.universe, pairs=("IWM/SPY",))
    others = [
        engine_digest(spec, structs.replace(settings, universe=universe)),
        engine_digest(spec, structs.replace(settings, rules={})),
        engine_digest(spec, make_settings(open_seconds=20.0)),
    ]
    assert len({same, *others}) == 4


def test_a_day_is_a_market_of_its_own_and_a_speed_is_not() -> None:
    spec, settings = EngineSpec("replay:/bars"), make_settings()
    days = [structs.replace(spec, date=day) for day in (None, "2026-01-30", "2026-03-25")]
    assert len({(day.paths.data, day.paths.socket, day.paths.lock) for day in days}) == 3
    assert days[2].paths.data.name.endswith("-2026-03-25")
    faster = structs.replace(spec, speed=60.0)
    assert faster.paths == spec.paths
    assert engine_digest(faster, settings) == engine_digest(spec, settings)


def test_no_date_leads_out_of_the_directory(tmp_path: Path) -> None:
    spec = EngineSpec("replay:/bars", str(tmp_path), date="../../etc")
    assert spec.paths.data.parent == tmp_path


def test_arguments_do_not_depend_on_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    spec = EngineSpec("replay:bars", "data", "my.toml", date="2026-03-24", speed=60.0, stay=True)
    assert to_arguments(spec) == [
        *("--source", f"replay:{tmp_path}/bars", "--data-dir", f"{tmp_path}/data", "--config", f"{tmp_path}/my.toml"),
        *("--date", "2026-03-24", "--speed", "60.0", "--stay"),
    ]
    assert to_arguments(EngineSpec("yahoo")) == ["--source", "yahoo"]
