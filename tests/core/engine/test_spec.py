"""What makes two viewers share an engine."""

from pathlib import Path

import pytest
from msgspec import structs
from scripted import make_settings

from core.engine.spec import EngineSpec, engine_digest, to_arguments
from core.settings import Settings


def changed(table: str, **keys: object) -> Settings:
    """The settings with other values in one table."""
    settings = make_settings()
    return structs.replace(settings, **{table: structs.replace(getattr(settings, table), **keys)})


@pytest.mark.parametrize(
    "screen",
    [
        changed("theme", name="light"),
        changed("panes", mouse=False),
        changed("lookbacks", chart_default="1Y"),
        changed("lookbacks", gaps=("1d",)),
        changed("rotation", pace="daily"),
        structs.replace(make_settings(), keys={"quit": "x"}),
    ],
)
def test_the_screen_does_not_matter(screen: Settings) -> None:
    assert engine_digest(screen) == engine_digest(make_settings())


def test_whatever_an_engine_does_matters() -> None:
    others = [
        changed("universe", pairs=("IWM/SPY",)),
        changed("lookbacks", peak_year=2018),
        changed("rotation", sizes=("IWM/SPY",)),
        changed("rotation", market="SPY"),
        changed("breadth", bars=("/closes",)),
        changed("engine", linger_seconds=1.0),
        make_settings(open_seconds=20.0),
        structs.replace(make_settings(), rules={}),
    ]
    assert len({engine_digest(make_settings()), *map(engine_digest, others)}) == 1 + len(others)


def test_a_day_is_a_market_of_its_own_and_a_speed_is_not() -> None:
    spec = EngineSpec("replay:/bars")
    days = [structs.replace(spec, date=day) for day in (None, "2026-01-30", "2026-03-25")]
    assert len({(day.paths.data, day.paths.socket, day.paths.lock) for day in days}) == 3
    assert days[2].paths.data.name.endswith("-2026-03-25")
    faster = structs.replace(spec, speed=60.0)
    assert faster.paths == spec.paths


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
