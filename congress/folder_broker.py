"""The broker that needs no server: messages as files of one folder, for one machine with several processes.

kombu's own file transport opens a message under its final name before it is written, and takes it by moving it to the
system's temporary folder, which may be another disk: a second worker then reads half a message, or both read it. Here a
message appears whole, by renaming, and is taken by renaming it, which only one of several workers can do.
"""

from __future__ import annotations

import contextlib
import os
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: dict[str, Any], **kwargs: Any) -> None:  # type: ignore[override]  # as kombu's own
        name = f"{time.time_ns():020d}_{uuid.uuid4()}.{queue}.msg"  # sorted by name, the oldest is first
        unfinished = Path(self.data_folder_out, f"{name}.part")
        unfinished.write_text(dumps(payload))
        unfinished.rename(unfinished.with_suffix(""))

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        ending = f".{queue}.msg"
        for name in sorted(os.listdir(self.data_folder_in)):
            if not name.endswith(ending):
                continue
            taken = Path(self.data_folder_in, f"{name}.taken")
            with contextlib.suppress(FileNotFoundError):  # another worker has it
                Path(self.data_folder_in, name).rename(taken)
                payload = loads(taken.read_text())
                taken.unlink()
                return payload
        raise Empty


class Transport(filesystem.Transport):
    """Address ``folder://localhost``; the options are those of kombu's file transport."""

    Channel = Channel
    global_state = filesystem.virtual.BrokerState()
    driver_type = driver_name = "folder"
