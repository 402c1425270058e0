"""Generate Python from the contract: ``python -m protos.generate OUTPUT_FOLDER``.

The output is committed in ``generated/`` as it comes, so that users need no compiler; a test runs this again and
compares. Messages get stubs from protoc itself, services from mypy-protobuf, because grpcio-tools has none.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import grpc_tools
from grpc_tools import protoc

PROTOS = Path(__file__).resolve().parent


def generate(output: Path) -> None:
    """Write the Python of every ``.proto`` into ``output``.

    Raises:
        SystemExit: protoc refused a file; its own words are on stderr.
    """
    output.mkdir(parents=True, exist_ok=True)
    well_known_types = Path(grpc_tools.__file__).parent / "_proto"
    # protoc looks its plugins up on PATH; in a virtual environment that is not activated they are not on it.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    arguments = [
        "protoc",
        f"--proto_path={PROTOS}",
        f"--proto_path={well_known_types}",
        f"--python_out={output}",
        f"--pyi_out={output}",
        f"--grpc_python_out={output}",
        # Concrete, as they are at run time: what a servicer leaves out is answered UNIMPLEMENTED, and some is optional.
        f"--mypy_grpc_out=generate_concrete_servicer_stubs:{output}",
        *(str(path.relative_to(PROTOS)) for path in sorted(PROTOS.glob("sagaway/**/*.proto"))),
    ]
    if status := protoc.main(arguments):
        raise SystemExit(status)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python -m protos.generate OUTPUT_FOLDER")
    generate(Path(sys.argv[1]))
