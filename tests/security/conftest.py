"""Certificates are made once; each test has its own tokens."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.security.house import Keys, TokensFile


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def tokens_file(tmp_path: Path) -> TokensFile:
    return TokensFile(tmp_path / "tokens.json")


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("SAGAWAY_")]:
        monkeypatch.delenv(name)
