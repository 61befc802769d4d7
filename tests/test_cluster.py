"""A Dask cluster gives the same report as this machine, and what is wrong with a cluster is told in a sentence."""

from __future__ import annotations

import os
import signal
import sys
from hashlib import sha256
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

from command import READS, project, refusal, run
from leastscope import cluster, workers
from leastscope.errors import UsageError
from leastscope.python.syntax.faults import LOST
from leastscope.python.syntax.lower import lower
from places import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

with_dask = pytest.mark.skipif(find_spec("distributed") is None, reason="needs the extra `dask`")
TEXTS = (READS.encode(), b"x = (\n", b"", b"\xff", *(f"a = {number}\n".encode() * 50 for number in range(20)))
FILES = {sha256(text).digest(): text for text in TEXTS}
DEADLY = b"import stripe  # deadly\n"


def other(data: bytes) -> bytes:
    """Lower a file as a worker of another version would."""
    return cluster.lower_sealed(data + b"#")


def missing(_: bytes) -> bytes:
    """Fail as a worker without leastscope does."""
    raise ModuleNotFoundError("No module named 'leastscope'")


def dies(data: bytes) -> bytes:
    """Lower a file as a parser would that crashes on one of them."""
    if data == DEADLY:
        os.kill(os.getpid(), signal.SIGKILL)
    return REAL(data)


def dies_sealed(data: bytes) -> bytes:
    """Do the same on a cluster."""
    dies(data)
    return REAL_SEALED(data)


REAL, REAL_SEALED = workers.lower_packed, cluster.lower_sealed


@pytest.fixture(scope="module")
def dask() -> Iterator[Any]:
    """A cluster of two processes with two threads each."""
    import distributed  # noqa: PLC0415 - an extra

    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT / "analyzer"), str(ROOT / "tests"), *sys.path])
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=2, processes=True, dashboard_address=":0", silence_logs=60
    ) as made:
        yield made


def address(dask: Any) -> str:  # noqa: ANN401 - the library has no types
    return str(dask.scheduler_address).replace("tcp://", cluster.SCHEME)


def many(folder: Path) -> Path:
    """A project large enough to be parsed elsewhere."""
    made = project(folder)
    for number in range(12):
        text = READS.replace("client", f"client_{number}") + "# a comment that only makes the file large\n" * 1_500
        (made / f"part_{number}.py").write_text(text, "utf-8")
    (made / "broken.py").write_text("import stripe\n)\n", "utf-8")
    return made


@with_dask
def test_a_cluster_lowers_as_this_process_does(dask: Any) -> None:  # noqa: ANN401 - the same
    assert dict(cluster.lowered(FILES, address(dask))) == {key: lower(text) for key, text in FILES.items()}


@with_dask
def test_a_scan_on_a_cluster_gives_the_same_bytes(dask: Any, tmp_path: Path) -> None:  # noqa: ANN401 - the same
    made = many(tmp_path / "shop")
    command = ("requests", "--format", "json", "--no-cache")
    here = run(made, *command, "--jobs", "1", ".")
    there = run(made, *command, "--executor", address(dask), ".")
    assert there == here
    assert b"part_11.py" in there.out


@with_dask
def test_a_worker_of_another_version_is_told(dask: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401 - the same
    monkeypatch.setattr(cluster, "lower_sealed", other)
    with pytest.raises(UsageError, match="has another version of leastscope, LibCST or Python"):
        dict(cluster.lowered(FILES, address(dask)))


@with_dask
def test_a_worker_without_leastscope_is_told(dask: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401 - the same
    monkeypatch.setattr(cluster, "lower_sealed", missing)
    with pytest.raises(UsageError, match="cannot run leastscope: No module named"):
        dict(cluster.lowered(FILES, address(dask)))


@with_dask
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_a_file_that_costs_workers_is_lost_and_no_other_one(monkeypatch: pytest.MonkeyPatch) -> None:
    import dask  # noqa: PLC0415 - an extra
    import distributed  # noqa: PLC0415 - the same

    monkeypatch.setattr(cluster, "lower_sealed", dies_sealed)
    monkeypatch.setattr(workers, "lower_packed", dies)
    files = {**dict([*FILES.items()][:2]), b"deadly": DEADLY, **dict([*FILES.items()][2:])}
    with dask.config.set({"distributed.scheduler.allowed-failures": 0}):
        made = distributed.LocalCluster(
            n_workers=2, threads_per_worker=2, processes=True, dashboard_address=":0", silence_logs=60
        )
    with made:
        found = dict(cluster.lowered(files, address(made)))
    assert found.pop(b"deadly") is LOST
    assert found == {key: lower(text) for key, text in FILES.items()}


@with_dask
def test_where_nobody_answers_the_address_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_PATIENCE", 1)
    made = many(tmp_path / "shop")
    said = refusal(run(made, "scan", "--executor", "dask://127.0.0.1:9", "--no-cache", "."))
    assert "no Dask scheduler answers at dask://127.0.0.1:9" in said


@with_dask
def test_a_cluster_without_workers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import distributed  # noqa: PLC0415 - an extra

    monkeypatch.setattr(cluster, "_PATIENCE", 1)
    made = distributed.LocalCluster(n_workers=0, dashboard_address=":0", silence_logs=60)
    with made, pytest.raises(UsageError, match="has no workers"):
        dict(cluster.lowered(FILES, address(made)))


class Lonely:
    """A cluster whose workers are gone after a while."""

    def __init__(self, left: int) -> None:
        self.left = left

    def nthreads(self) -> dict[str, int]:
        self.left -= 1
        return {"tcp://127.0.0.1:1": 2} if self.left > 0 else {}


def test_a_cluster_that_has_lost_all_its_workers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dask itself would wait for a worker without end."""
    monkeypatch.setattr(cluster, "_PATIENCE", 0)
    monkeypatch.setattr(cluster, "_STEP", 0)
    looking = cluster._Workers(Lonely(3), "dask://here:1")
    looking.there()
    looking.there()
    with pytest.raises(UsageError, match="dask://here:1 has lost all its workers"):
        looking.there()


@pytest.mark.skipif(find_spec("distributed") is not None, reason="the extra `dask` is here")
def test_without_the_extra_the_error_says_how_to_install_it(tmp_path: Path) -> None:
    made = many(tmp_path / "shop")
    said = refusal(run(made, "scan", "--executor", "dask://127.0.0.1:8786", "--no-cache", "."))
    assert "pip install 'leastscope[dask]'" in said


@pytest.mark.parametrize(
    "value", ["dask://", "dask://here", "tcp://127.0.0.1:8786", "dask://a/b:1", "dask://u@h:1", "x"]
)
def test_what_is_no_address_of_a_cluster_is_refused(tmp_path: Path, value: str) -> None:
    assert "is not an address of the form dask://HOST:PORT" in refusal(run(tmp_path, "scan", "--executor", value))


def test_a_small_tree_asks_no_cluster(tmp_path: Path) -> None:
    made = project(tmp_path / "shop")
    command = ("requests", "--format", "json", "--no-cache")
    assert run(made, *command, "--executor", "dask://127.0.0.1:9") == run(made, *command)


def test_threads_of_one_worker_lower_one_file_at_a_time() -> None:
    """The limit of recursion is that of the process: the thread that ends first must not lower it below another one."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - only here

    deep = ("x = " + "(" * 150 + "1" + ")" * 150 + "\n").encode()
    texts = [deep + f"y = {number}\n".encode() * 40 for number in range(16)]
    limit = sys.getrecursionlimit()
    with ThreadPoolExecutor(8) as pool:
        found = [*pool.map(workers.lower_packed, texts)]
    assert found == [workers.lower_packed(text) for text in texts]
    assert sys.getrecursionlimit() == limit
