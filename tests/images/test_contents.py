"""What is in an image, and what is not."""

import json

from deploy import containers, images
from tests import engine

UNWANTED_PROGRAMS = ("pip", "pip3", "gcc", "cc", "g++", "make", "ld", "git", "curl", "wget")
UNWANTED_PACKAGES = ("pip", "ensurepip", "troposphere", "pytest", "ministack", "hypercorn", "mypy", "ruff")
UNWANTED_FOLDERS = ("tests", "deploy", "local", "web", "bench", "docs", ".git")

PERSON = """
import json, os
status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
print(json.dumps({"user": f"{os.getuid()}:{os.getgid()}", "groups": sorted({os.getgid(), *os.getgroups()}),
  "capabilities": {status[name].strip().strip("0") for name in ("CapEff", "CapPrm", "CapBnd")} == {""},
  "new": status["NoNewPrivs"].strip()}))
"""
WRITABLE = """
import json, os
def writable(folder):
    name = os.path.join(folder, ".probe")
    try:
        open(name, "w").close()
    except OSError:
        return False
    os.remove(name)
    return True
folders = {root for top in os.listdir("/") if top not in ("proc", "sys") for root, _, _ in os.walk(f"/{top}")}
print(json.dumps(sorted(folder for folder in {"/"} | folders if writable(folder))))
"""
THERE = "import json, os, sys; print(json.dumps([each for each in sys.argv[1:] if os.path.exists(each)]))"
PROGRAMS = "import json, shutil, sys; print(json.dumps([each for each in sys.argv[1:] if shutil.which(each)]))"
PACKAGES = "import importlib.util as u, json, sys; print(json.dumps([each for each in sys.argv[1:] if u.find_spec(each)]))"


def own_files(service):
    settings, urls = (f"/app/todo_project/{folder}/{service.name}.py" for folder in ("settings", "urls"))
    return [f"/app/{service.name}", settings, urls]


def test_it_works(image, service):
    described = engine.inspect("image", image)["Config"]
    assert described["User"] == containers.USER
    assert tuple(described["Cmd"]) == containers.SERVER
    assert list(described["ExposedPorts"]) == [f"{service.port}/tcp"]
    assert described["StopSignal"] == "SIGTERM"
    assert described["Labels"]["org.opencontainers.image.revision"] == engine.REVISION


def test_it_runs_as_a_user_without_any_capability(look):
    user, group = map(int, containers.USER.split(":"))
    assert look(PERSON) == {"user": containers.USER, "groups": [group], "capabilities": True, "new": "1"}
    assert user >= 1000


def test_it_writes_to_tmp_and_memory_only(look):
    assert look(WRITABLE) == ["/dev/mqueue", "/dev/shm", containers.SCRATCH]  # noqa: S108


def test_it_holds_its_own_app_only(look, service):
    every = [path for each in containers.SERVICES for path in own_files(each)]
    assert look(THERE, *every) == own_files(service)


def test_it_holds_no_tests_tools_or_development(look):
    assert look(THERE, *(f"/app/{name}" for name in UNWANTED_FOLDERS)) == []
    assert look(PROGRAMS, *UNWANTED_PROGRAMS) == []
    assert look(PACKAGES, *UNWANTED_PACKAGES) == []


def test_its_bill_of_materials_lists_python_and_debian(image, tmp_path):
    """With each version, as vulnerability databases name packages."""
    archive = ("--format=docker-archive",) if engine.program() == "podman" else ()
    engine.call("save", *archive, f"--output={tmp_path / 'image.tar'}", image)
    found = json.loads(images.sbom(f"docker-archive:{tmp_path / 'image.tar'}"))
    assert found["bomFormat"] == "CycloneDX"
    kinds = {each["purl"].split("@")[0] for each in found["components"] if "purl" in each}
    assert {"pkg:pypi/django", "pkg:pypi/boto3", "pkg:deb/debian/libc6"} <= kinds


def test_nothing_is_compiled_when_it_starts(image, options):
    command = ("python", "-v", "-c", "import todo_project.wsgi, gunicorn.app.wsgiapp")
    with engine.running(image, *options, command=command) as container:
        assert engine.call("wait", container) == "0"
        compiled = [line for line in engine.logs(container).splitlines() if line.startswith("# code object from /")]
        assert [line for line in compiled if line.endswith(".py")] == []


def test_only_files_has_the_purge(image, service, options):
    with engine.running(image, *options, command=(*containers.PURGE, "--help")) as container:
        assert (engine.call("wait", container) == "0") == (service is containers.FILES)
