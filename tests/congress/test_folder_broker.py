"""The broker in a folder: several processes write and read, and each message is read whole, by one of them."""

from __future__ import annotations

import multiprocessing
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from congress import celery_app  # noqa: F401  makes the address known

MESSAGES = 150
LONG = "述职评议" * 5000  # longer than one write


def connect(folder: Path) -> Connection:
    options = {"data_folder_in": str(folder), "data_folder_out": str(folder), "control_folder": str(folder / "control")}
    return Connection("folder://localhost", transport_options=options)


def send(folder: Path, name: str) -> None:
    with connect(folder) as connection, connection.SimpleQueue("work") as queue:
        for number in range(MESSAGES):
            queue.put({"name": f"{name}{number}", "text": LONG})


def receive(folder: Path, found: multiprocessing.Queue) -> None:
    names = []
    with connect(folder) as connection, connection.SimpleQueue("work") as queue:
        try:
            while True:
                message = queue.get(timeout=3)
                assert message.payload["text"] == LONG
                names.append(message.payload["name"])
                message.ack()
        except Empty:
            found.put(names)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "control").mkdir()
    return tmp_path


def test_two_write_while_two_read(folder):
    context = multiprocessing.get_context("spawn")
    found = context.Queue()
    readers = [context.Process(target=receive, args=(folder, found)) for _ in range(2)]
    writers = [context.Process(target=send, args=(folder, name)) for name in "ab"]
    for process in (*writers, *readers):
        process.start()
    read = [name for _ in readers for name in found.get(timeout=60)]
    for process in (*writers, *readers):
        process.join(10)
    assert sorted(read) == sorted(f"{name}{number}" for name in "ab" for number in range(MESSAGES))
    assert [path.name for path in folder.iterdir()] == ["control"]


def test_the_first_sent_is_the_first_read(folder):
    send(folder, "a")
    with connect(folder) as connection, connection.SimpleQueue("work") as queue:
        assert [queue.get(block=False).payload["name"] for _ in range(MESSAGES)] == [f"a{number}" for number in range(MESSAGES)]
        with pytest.raises(Empty):
            queue.get(block=False)
