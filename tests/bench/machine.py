"""What is measured on, and with."""

import datetime
import json
import os
import platform
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


def first_line(*command):
    """Of what it prints; empty where it cannot be run."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return (done.stdout.splitlines() or [""])[0].strip()


def found(pattern, path):
    """What the first group of the pattern matches in the file; empty where there is neither."""
    try:
        match = re.search(pattern, Path(path).read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        return ""
    return match.group(1) if match else ""


def processor():
    name = found(r"^model name\s*:\s*(.*)$", "/proc/cpuinfo") or platform.processor() or platform.machine()
    return f"{name}, {os.cpu_count()} processors"


def memory():
    kib = found(r"^MemTotal:\s*(\d+) kB$", "/proc/meminfo")
    return f"{int(kib) / 2**20:.0f} GiB" if kib else "unknown"


def system():
    name = found(r'^PRETTY_NAME="?([^"\n]*)', "/etc/os-release") or platform.system()
    return f"{name}, {platform.system()} {platform.release()}, {' '.join(platform.libc_ver())}"


def compiler(build):
    """As it was called to build the event list: "gcc (Debian 12.2.0-14+deb12u1) 12.2.0, -O3"."""
    calls = json.loads((Path(build) / "compile_commands.json").read_text(encoding="utf-8"))
    call = next(call["command"] for call in calls if call["file"].endswith("src/des/event_list.c"))
    words = shlex.split(call)
    name = words[1] if words[0].endswith("ccache") else words[0]
    level = [word for word in words if word.startswith("-O")][-1:]
    return ", ".join([first_line(name, "--version"), *level])


def describe(build):
    """What a reader must know to compare, in order."""
    return {
        "processor": processor(),
        "memory": memory(),
        "system": system(),
        "compiler": compiler(build),
        "tandem": first_line(str(Path(build) / "tandem"), "--version").replace("tandem ", ""),
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
    }


# ---- the peers ----


@dataclass
class PeerFound:
    version: str
    command: list


def python_with_simpy():
    """The first Python here that has SimPy 3 or later, and its version: Debian's own Python need not be the first."""
    for python in dict.fromkeys([sys.executable, "/usr/bin/python3"]):
        version = first_line(python, "-c", "import simpy; print(simpy.__version__)")
        if version and int(version.split(".")[0]) >= 3:
            return python, version
    return None, ""


def compiled(source, program, library):
    """Builds a peer's program; False where its library is not here or is another than it was written for."""
    command = ["c++", "-std=c++17", "-O3", "-o", program, source, f"-l{library}"]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def find_peers(source, folder):
    """The peers that are here, by name, and of the others a line each that says so."""
    peers, missing = {}, []
    python, version = python_with_simpy()
    if python:
        peers["SimPy"] = PeerFound(version, [python, str(source / "simpy_peer.py")])
    else:
        missing.append("SimPy is left out: no Python here has it (Debian: python3-simpy3)")
    libraries = {
        "SimGrid": ("simgrid_peer", "simgrid", "simgrid", "libsimgrid-dev"),
        "ns-3": ("ns3_peer", "ns3-core", "ns3-core", "libns3-dev"),
    }
    for name, (stem, library, package, debian) in libraries.items():
        program = folder / stem
        if compiled(source / f"{stem}.cpp", program, library):
            version = first_line("pkg-config", "--modversion", package)
            peers[name] = PeerFound(version, [str(program)])
        else:
            missing.append(f"{name} is left out: a program with it does not compile here (Debian: {debian}, g++)")
    return peers, missing
