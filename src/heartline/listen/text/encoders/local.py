"""Any model that the package sentence-transformers can load, on this machine: nothing is sent, nothing is fetched."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from importlib import import_module, util
from pathlib import Path
from typing import Any

from heartline.core.errors import Unavailable

from ..embedder import Shipped
from .endpoint import plain

PREFIX = "local"
PACKAGE, MODULE = "sentence-transformers", "sentence_transformers"


class Local(Shipped):
    """A model in a folder of this machine, or one that was fetched here before, by its name.

    Parameters
    ----------
    model
        The folder or the name.
    dimensions
        How many numbers it gives; 0: it is loaded to say so.
    """

    module, package = MODULE, PACKAGE

    def __init__(self, model: str, dimensions: int = 0) -> None:
        require()
        super().__init__()
        self.model = model
        self.name = f"{PREFIX}-{plain(model)}"
        self.version = f"{self.version}.{_mark(model)}"
        self._made: Any = None
        self.dimensions = dimensions or len(self._load()(["a"])[0])

    def _loaded(self) -> Any:
        if self._made is None:
            package = import_module(MODULE)  # loads torch: several seconds
            try:
                self._made = package.SentenceTransformer(self.model, device="cpu", local_files_only=True)
            except Exception as error:  # what it raises differs by what is missing
                raise Unavailable(
                    "no_model", f"There is no model at “{self.model}”, or it cannot be loaded.", field="encoder",
                    remedy="Name a folder that holds a model for sentence-transformers.",
                ) from error  # fmt: skip
        return self._made

    def _load(self) -> Callable[[list[str]], Any]:
        made = self._loaded()

        def encode(texts: list[str]) -> Any:
            return made.encode(texts, show_progress_bar=False, convert_to_numpy=True, batch_size=16)

        return encode


def available() -> bool:
    """Tell whether the package is installed here."""
    return util.find_spec(MODULE) is not None


def require() -> None:
    """Refuse where the package is not installed.

    Raises
    ------
    Unavailable
        `no_package`.
    """
    if not available():
        raise Unavailable(
            "no_package", "Models of one's own need the package sentence-transformers, which is not installed here.",
            field="encoder", remedy="Install it beside Heartline: pip install sentence-transformers.",
        )  # fmt: skip


def _mark(model: str) -> str:
    """Tell one state of a model's folder from the next, by its settings and the sizes of its files."""
    folder = Path(model)
    seen = hashlib.blake2b(digest_size=3)
    if folder.is_dir():
        for path in sorted(one for one in folder.rglob("*") if one.is_file()):
            seen.update(f"{path.relative_to(folder)} {path.stat().st_size}".encode())
            if path.suffix == ".json":
                seen.update(path.read_bytes())
    return seen.hexdigest()


def of(rest: str) -> Local:
    """Make an encoder of what stands behind its prefix: the model, and perhaps a colon and how many numbers."""
    model, _, dimensions = rest.rpartition(":")
    return Local(model, int(dimensions)) if model and dimensions.isdigit() else Local(rest)
