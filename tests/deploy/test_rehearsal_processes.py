"""Whatever happens to the rehearsal, what it started ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.rehearsal.processes import ROOT, Processes
from deploy.rehearsal.waiting import WaitedInVainError, until

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
DEAF = [sys.executable, "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1); time.sleep(600)"]
PROGRAM = """
import subprocess, sys, time
from deploy.rehearsal.processes import Processes
processes = Processes()
child = processes.start("child", [sys.executable, "-c", "import time; time.sleep(600)"], {})
print(child.pid, processes.folder, flush=True)
time.sleep(600)
"""


def gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    # Ended, and only waiting for its parent to look: gone for our purpose.
    return Path(f"/proc/{pid}/stat").exists() and Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"


def test_it_works():
    with Processes() as processes:
        process = processes.start("hello", [sys.executable, "-c", "print('hello')"], {})
        assert process.wait(60) == 0
        assert processes.tail("hello") == "hello"


def test_the_processes_and_the_folder_go_when_the_block_ends():
    with Processes() as processes:
        process = processes.start("child", SLEEP, {})
    assert process.returncode == -signal.SIGTERM
    assert not processes.folder.exists()


def test_an_error_in_the_block_ends_them_too():
    process = None

    def breaks():
        nonlocal process
        with Processes() as processes:
            process = processes.start("child", SLEEP, {})
            raise ValueError("oops")

    with pytest.raises(ValueError, match="oops"):
        breaks()
    assert process.returncode == -signal.SIGTERM


def test_a_process_that_does_not_hear_is_killed(monkeypatch):
    monkeypatch.setattr("deploy.rehearsal.processes.STOP_SECONDS", 0.2)
    with Processes() as processes:
        process = processes.start("deaf", [*DEAF[:1], "-u", *DEAF[1:]], {})
        until("it is deaf", lambda: processes.tail("deaf") == "1", 60)
    assert process.returncode == -signal.SIGKILL


def test_a_process_gets_the_environment_it_is_given_and_no_other():
    with Processes() as processes:
        command = [sys.executable, "-c", "import os; print('HOME' in os.environ, os.environ['NAME'])"]
        processes.start("child", command, {"NAME": "value"}).wait(60)
        assert processes.tail("child") == "False value"


def test_the_guard_ends_them_when_the_rehearsal_is_killed_outright():
    rehearsal = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    pid, folder = rehearsal.stdout.readline().decode().split()
    rehearsal.kill()
    rehearsal.communicate()
    until("the child is gone", lambda: gone(int(pid)), 60)
    until("the folder is gone", lambda: not Path(folder).exists(), 60)


def test_waiting_in_vain_says_for_what():
    with pytest.raises(WaitedInVainError, match=r"Waited 0 s in vain until pigs fly\."):
        until("pigs fly", lambda: False, 0)
