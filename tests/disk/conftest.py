"""A disk that fails, where there is a C compiler to make one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.disk.faults import Faults, build, compiler, environment


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if compiler() is None:
        pytest.skip("there is no C compiler here, so no disk can be made to fail")
    return build(tmp_path_factory.mktemp("faults"))


@pytest.fixture
def disk(library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Faults:
    """What is started from now on has this disk."""
    faults = Faults(tmp_path / "control")
    for name, value in environment(library, faults.file).items():
        monkeypatch.setenv(name, value)
    return faults
