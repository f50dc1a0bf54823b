"""What `docs/how-to/read-the-lake.md` shows for Spark runs on an export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from heartline.store.exporting import export
from heartline.store.lake import Lake
from tests.docs.documents import ROOT, blocks

PAGE = ROOT / "docs" / "how-to" / "read-the-lake.md"


def test_spark_reads_an_export(
    on_spark: Lake, planted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = export(on_spark, tmp_path / "out")
    now = Lake.open(planted).at()
    assert done.rows == now.execute(now.rows("id")).num_rows
    (block,) = (block for block in blocks(PAGE) if "spark" in (block.language, *block.words))
    names: dict[str, Any] = {}
    text = block.text.replace('"out/', f'"{tmp_path}/out/')  # Java stays in the folder where it was started
    assert text != block.text
    exec(compile(text, str(PAGE), "exec"), names)
    assert "touchpoint" in capsys.readouterr().out
    assert names["rows"].count() == done.rows
