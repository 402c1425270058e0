"""A demo's folder: databases and logs of one run, fresh, and nobody else's."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from participants.shop.demo.errors import DemoError

# Lies in a folder that is a demo's: only such a folder, or an empty one, is cleared.
MARK = ".sagaway-demo"


@contextmanager
def fresh_folder(folder: Path) -> Iterator[Path]:
    """Gives an empty folder, with a `logs` folder in it; what an earlier demo left there is removed.

    Raises:
        DemoError: there is something else in it, or another demo runs in it.
    """
    mark = folder / MARK
    if folder.exists() and any(folder.iterdir()) and not mark.exists():
        raise DemoError(f"{folder} is not empty and not a demo's: choose another --folder")
    folder.mkdir(parents=True, exist_ok=True)
    with mark.open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise DemoError(f"another demo runs in {folder}: wait for it or choose another --folder") from error
        for each in folder.iterdir():
            if each.is_dir():
                shutil.rmtree(each)
            elif each != mark:
                each.unlink()
        (folder / "logs").mkdir()
        yield folder
