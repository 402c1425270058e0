"""CEL: the library's compiled part, without its command line.

`import cel` takes with it the library's interactive shell, which nobody here uses: a line editor, highlighting and
all they need, some 150 modules. That was a quarter of the time that each start of the server took, and nearly half of
a client command's. So the compiled module in the package's folder is loaded by itself, under its own name.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from typing import Any

_NAME = "cel.cel"


def _extension() -> Any:
    """Return the library's compiled module; the whole library, if it is not made as it was.

    Raises:
        ImportError: the library is not installed.
    """
    if _NAME in sys.modules:
        return sys.modules[_NAME]
    package = find_spec("cel")
    found = PathFinder.find_spec("cel", package.submodule_search_locations if package else None)
    spec = spec_from_file_location(_NAME, found.origin) if found and package and found.origin else None
    if spec is None or spec.loader is None:
        return import_module("cel")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.modules[_NAME] = module
    return module


compile = _extension().compile
"""Compile an expression to a program, which has `variables()` and `execute(context)`; raises ValueError for none."""
