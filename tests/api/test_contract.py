"""The contract's promises about itself: generated code as committed, floors that fit it, reasons that are used."""

from __future__ import annotations

import importlib.metadata
import json
import re
import tomllib
from pathlib import Path

import pytest

from orchestrator.api.status import DOMAIN, INTERNAL, RULES
from protos.generate import PROTOS, generate
from sagaway.v1.error_reason_pb2 import ErrorReason

ROOT = PROTOS.parent
GENERATED = ROOT / "generated"
REASONS = (PROTOS / "sagaway/v1/error_reason.proto").read_text()
FIRST_OF_PARTICIPANTS = 40


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix in {".py", ".pyi"}
    }


def test_generated_code_is_what_the_generator_makes(tmp_path: Path) -> None:
    generate(tmp_path)
    made, committed = files_of(tmp_path), files_of(GENERATED)
    assert set(made) == set(committed)
    different = [name for name in made if made[name] != committed[name]]
    assert not different, "run `make proto` and commit generated/"


def floor(requirements: list[str], name: str) -> str:
    (found,) = [text for text in requirements if re.split(r"[<>=!~\[ ]", text)[0] == name]
    match = re.fullmatch(rf"{re.escape(name)}(?:\[[^\]]*\])?[>=]=([0-9.]+)", found)
    assert match, found
    return match[1]


def test_the_floors_of_dependencies_are_the_generators_versions() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    base, extras = project["dependencies"], project["optional-dependencies"]
    grpc_code = (GENERATED / "sagaway/v1/saga_pb2_grpc.py").read_text()
    match = re.search(r"GRPC_GENERATED_VERSION = '([^']+)'", grpc_code)
    assert match
    grpc_version = match[1]
    assert floor(base, "grpcio") == floor(extras["dev"], "grpcio-tools") == grpc_version
    assert importlib.metadata.version("grpcio-tools") == grpc_version
    for requirements, name in (
        (base, "grpcio-status"),
        (base, "grpcio-health-checking"),
        (extras["participant"], "grpcio-reflection"),
    ):
        assert floor(requirements, name) == grpc_version
    match = re.search(r"# Protobuf Python Version: (\S+)", (GENERATED / "sagaway/v1/saga_pb2.py").read_text())
    assert match
    assert floor(base, "protobuf") == match[1]


def test_every_reason_is_documented_with_an_example() -> None:
    pattern = re.compile(r"((?:^  // .*\n)+)^  ERROR_REASON_(\w+) = (\d+);", re.MULTILINE)
    documented = {name: (comment, int(number)) for comment, name, number in pattern.findall(REASONS)}
    assert {f"ERROR_REASON_{name}": number for name, (_, number) in documented.items()} == dict(ErrorReason.items())
    for name, (comment, number) in documented.items():
        if number == 0:
            continue
        match = re.search(r"// Example: `(.*)`", comment)
        assert match, f"{name} has no example"
        example = json.loads(match[1])
        assert (example["reason"], example["domain"]) == (name, DOMAIN)


def test_every_reason_of_the_server_is_answered_with_its_documented_code() -> None:
    answered = {ErrorReason.Name(rule.reason): rule.code.name for rule in (*RULES.values(), INTERNAL)}
    ours = {name for name, number in ErrorReason.items() if 0 < number < FIRST_OF_PARTICIPANTS}
    assert set(answered) == ours
    for name, code in answered.items():
        match = re.search(rf"((?:^  // .*\n)+)^  {name} = ", REASONS, re.MULTILINE)
        assert match
        assert re.search(rf"[ .]{code}[.,]", match[1]), f"{name} is answered with {code}"


@pytest.mark.parametrize("name", ["orchestrator_service", "definition_service", "participant_registry_service"])
def test_every_reason_that_an_rpc_names_exists(name: str) -> None:
    text = (PROTOS / f"sagaway/v1/{name}.proto").read_text()
    named = set(re.findall(r"reason\s+(?://\s+)?([A-Z_]{4,})", text)) | set(re.findall(r"or ([A-Z]+_[A-Z_]+)", text))
    assert len(named) > 3
    assert {f"ERROR_REASON_{reason}" for reason in named} <= set(ErrorReason.keys())
