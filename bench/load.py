"""Load: many people with accounts log readings at once on one small machine; errors, and how much slower than idle.

Starts the server with accounts on a new folder, opens an account and a session for each person, and has all of them
send readings at the same moment over connections they keep. Each reading is what a browser does: the form is asked
for, filled in and sent, and the page that follows is read. Every reading sent is looked for in the database.

    python -m bench.load --people 200 --readings 3 --within 0

``--within`` spreads their beginning over so many seconds, at random but the same each time.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlencode

ENROL: Final = """
import sys
from pathlib import Path
from espalda.web import server
server._open(Path(sys.argv[1]))
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
for n in range(int(sys.argv[2])):
    user = User.objects.create(username=f"p{n}", password="!")
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    print(session.session_key)
"""
COUNT: Final = """
import sys
from pathlib import Path
from espalda.web import server
server._open(Path(sys.argv[1]))
from espalda.web.models import Reading
print(Reading.objects.exclude(person__user=None).count())
"""


class Step(NamedTuple):
    """One request: what it was, how long it took in seconds, and what was wrong with its answer, if anything."""

    what: str
    seconds: float
    wrong: str


class Browser:
    """A person's browser, which keeps its connection and its cookies."""

    def __init__(self, port: int, session: str) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=120)
        self.cookies = {"sessionid": session}
        self.steps: list[Step] = []

    def log(self, pain: int) -> None:
        """Send one reading as a browser does."""
        page, _status = self._ask("form", "GET", "/", 200)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        form_id = re.search(r'name="form_id" value="([\w-]+)"', page)
        if not token or not form_id:
            return
        when = f"2026-03-{1 + pain:02}T08:{len(self.steps) % 60:02}"
        sent = {"csrfmiddlewaretoken": token[1], "form_id": form_id[1], "pain": pain, "spasm": 1, "when": when}
        _page, after = self._ask("reading", "POST", "/", 302, urlencode(sent))
        self._ask("page after", "GET", after or "/", 200)

    def _ask(self, what: str, method: str, path: str, due: int, body: str = "") -> tuple[str, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        try:
            self.connection.request(method, path, body or None, headers)
            answer = self.connection.getresponse()
            page = answer.read().decode(errors="replace")
        except (OSError, HTTPException) as error:
            self.connection.close()
            self.steps.append(Step(what, time.perf_counter() - began, type(error).__name__))
            return "", ""
        wrong = "" if answer.status == due else str(answer.status)
        self.steps.append(Step(what, time.perf_counter() - began, wrong))
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _is, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return page, answer.headers.get("Location", "")


def main() -> int:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--readings", type=int, default=3)
    parser.add_argument("--within", type=float, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as (server, port):
        made = _program(ENROL, folder, str(options.people + 1)).split()
        idle = Browser(port, made.pop())
        for n in range(12):
            idle.log(n % 10)
        before = cpu(server)
        together, seconds = at_once([Browser(port, session) for session in made], options)
        used = cpu(server) - before
        kept = int(_program(COUNT, folder))
    report(idle.steps[6:], together, seconds)
    sent = 12 + options.people * options.readings
    each = 1000 * used / (options.people * options.readings)
    print(f"\nReadings sent: {sent}; kept: {kept}. Processor time of the server for each: {each:.0f} ms.")
    return int(kept != sent or any(step.wrong for step in together))


def at_once(browsers: list[Browser], options: argparse.Namespace) -> tuple[list[Step], float]:
    """Have everyone log, from the same moment or within some seconds; return their steps and how long all took."""
    ready = threading.Barrier(len(browsers) + 1)
    chance = random.Random(1)

    def log(browser: Browser, after: float) -> None:
        ready.wait()
        time.sleep(after)
        for n in range(options.readings):
            browser.log(n % 10)

    waits = [chance.uniform(0, options.within) for _ in browsers]
    threads = [threading.Thread(target=log, args=each) for each in zip(browsers, waits, strict=True)]
    for thread in threads:
        thread.start()
    ready.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return [step for browser in browsers for step in browser.steps], time.perf_counter() - began


def report(idle: list[Step], together: list[Step], seconds: float) -> None:
    """Print, of each kind of request, the errors, and the times at once over those of an idle server."""
    print(f"{len(together)} requests in {seconds:.1f} s: {len(together) / seconds:.0f} a second.\n")
    print("| request | errors | idle, median | at once, median | at once, p95 | p95 over idle |")
    print("|---|---|---|---|---|---|")
    for what in ("form", "reading", "page after"):
        alone = statistics.median(step.seconds for step in idle if step.what == what)
        times = sorted(step.seconds for step in together if step.what == what)
        wrong = [step.wrong for step in together if step.what == what and step.wrong]
        p95 = times[int(0.95 * (len(times) - 1))]
        counted = f"{len(wrong)} ({', '.join(sorted(set(wrong)))})" if wrong else "0"
        print(
            f"| {what} | {counted} | {1000 * alone:.0f} ms | {1000 * statistics.median(times):.0f} ms "
            f"| {1000 * p95:.0f} ms | {p95 / alone:.0f} |"
        )


def cpu(process: int) -> float:
    """Return the seconds of processor time a process has used, as Linux tells; 0 elsewhere."""
    told = Path(f"/proc/{process}/stat")
    if not told.exists():
        return 0.0
    user, system = told.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(folder: Path) -> Iterator[tuple[int, int]]:
    """Yield the process and port of a server with accounts that keeps everything in `folder`."""
    command = [sys.executable, "-m", "espalda", "serve", "--accounts", "--port", "0", "--data", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            found = re.search(r":(\d+)/", server.stdout.readline() if server.stdout else "")
            if not found:
                sys.exit("The server did not start.")
            yield server.pid, int(found[1])
        finally:
            server.terminate()


def _program(text: str, *arguments: str) -> str:
    environment = {**os.environ, "ESPALDA_ACCOUNTS": "1"}
    command = [sys.executable, "-c", text, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    sys.exit(main())
