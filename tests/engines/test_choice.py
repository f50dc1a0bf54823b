"""HEARTLINE_ENGINE names the engine; what is missing for it is said before any question runs."""

import os
import subprocess
import sys

import pytest

from heartline.core.errors import InvalidInput, Unavailable
from heartline.store.engine import choice
from tests.ports import free_port


@pytest.mark.parametrize("value", [None, "", "duckdb"])
def test_duckdb_answers_unless_another_engine_is_named(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(choice.VARIABLE, raising=False)
    if value is not None:
        monkeypatch.setenv(choice.VARIABLE, value)
    assert choice.engine_from_environment().name == "duckdb"


def test_naming_spark_starts_nothing_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(choice.VARIABLE, "local[2]")
    engine = choice.engine_from_environment()
    assert (engine.name, engine._connection) == ("spark", None)  # type: ignore[attr-defined]


def test_duckdb_is_chosen_without_importing_spark() -> None:
    code = "import sys, heartline.store.lake; sys.exit('pyspark' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], env=os.environ | {choice.VARIABLE: "duckdb"}, check=False)
    assert done.returncode == 0


def test_an_engine_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(choice.VARIABLE, "postgres")
    with pytest.raises(InvalidInput) as caught:
        choice.engine_from_environment()
    assert (caught.value.code, caught.value.field) == ("unknown_engine", "HEARTLINE_ENGINE")
    assert "spark://HOST:PORT" in caught.value.remedy


def test_spark_without_pyspark_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(choice.VARIABLE, "local[2]")
    for name in [name for name in sys.modules if name.startswith(("pyspark", "heartline.store.engine.spark"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "ibis.backends.pyspark", raising=False)
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(Unavailable) as caught:
        choice.engine_from_environment()
    assert caught.value.code == "no_spark"
    assert "heartline[spark]" in caught.value.remedy


def test_spark_without_java_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    from heartline.store.engine import spark_session

    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(Unavailable) as caught:
        spark_session.require_java()
    assert caught.value.code == "no_java"
    assert "openjdk-17-jre-headless" in caught.value.remedy


def test_a_master_that_nobody_runs_is_told_at_once() -> None:
    from heartline.store.engine import spark_session

    port = free_port()
    with pytest.raises(Unavailable) as caught:
        spark_session.reach(f"spark://127.0.0.1:{port}")
    assert caught.value.code == "spark_unreachable"
    assert f"127.0.0.1:{port}" in caught.value.reason


@pytest.mark.parametrize("master", ["spark://", "spark://host", "spark://host:", "localhost:7077"])
def test_a_master_without_host_or_port_is_refused(master: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(choice.VARIABLE, master)
    with pytest.raises(InvalidInput) as caught:
        choice.engine_from_environment()
    assert caught.value.code == "unknown_engine"


def test_settings_of_spark_can_be_set_and_misspelt_ones_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from heartline.store.engine import spark_session

    monkeypatch.setenv(spark_session.SETTINGS, "spark.executor.memory=4g spark.sql.shuffle.partitions=64")
    settings = spark_session.settings("spark://far:7077")
    assert (settings["spark.executor.memory"], settings["spark.sql.shuffle.partitions"]) == ("4g", "64")
    assert settings["spark.sql.session.timeZone"] == "UTC"
    assert "spark.driver.bindAddress" not in settings
    assert spark_session.settings("local[2]")["spark.driver.bindAddress"] == "127.0.0.1"
    monkeypatch.setenv(spark_session.SETTINGS, "executor.memory=4g")
    with pytest.raises(InvalidInput) as caught:
        spark_session.settings("local[2]")
    assert "executor.memory" in caught.value.reason
