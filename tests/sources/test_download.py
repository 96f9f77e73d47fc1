"""Downloads over real connections that break, stall, lie and change."""

from __future__ import annotations

import asyncio
import json
import resource
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import numpy as np
import pytest

from studio.core.errors import Cancelled, InvalidInput, NotFound, StudioError
from studio.core.sources import QuickDrawSource
from studio.sources import Places, Source, download, open_source
from tests.sources.conftest import ROOT, Fault, Mirror, make_bitmaps, npy_bytes, quiet

PREFIX = 80 + 1000 * 784  # what is asked for first


def opened(places: Places, *categories: str, per_class: int = 10) -> Source:
    spec = QuickDrawSource(categories=categories, per_class=per_class)
    return open_source(spec, places=places, progress=quiet)


def read(source: Source) -> np.ndarray:
    return np.concatenate([chunk.samples for chunk in source.chunks()]).reshape(-1, 784)


def cached(places: Places) -> list[str]:
    return sorted(
        path.name for path in (places.cache / "quickdraw").iterdir() if path.suffix != ".lock"
    )


@pytest.fixture
def cat(mirror: Mirror) -> np.ndarray:
    """5,000 cats, in the mirror too."""
    pixels = make_bitmaps(5000, seed=1)
    mirror.files["cat.npy"] = npy_bytes(pixels)
    return pixels


def test_only_the_beginning_is_fetched(places: Places, mirror: Mirror, cat: np.ndarray) -> None:
    source = opened(places, "cat", per_class=10)
    np.testing.assert_array_equal(read(source), cat[:10])
    assert mirror.sent < 1001 * 784 < len(mirror.files["cat.npy"])
    assert source.facts["categories"]["cat"] == {"taken": 10, "available": 5000}
    assert source.facts["address"] == mirror.url + "/"
    assert source.facts["choice"] == "the first"
    assert cached(places) == ["cat.npy.json", "cat.npy.part"]


def test_cache_answers_without_the_host(places: Places, mirror: Mirror, cat: np.ndarray) -> None:
    opened(places, "cat")
    asked = len(mirror.ranges)
    np.testing.assert_array_equal(read(opened(places, "cat", per_class=1000)), cat[:1000])
    assert len(mirror.ranges) == asked


def test_cache_is_extended_from_where_it_ends(
    places: Places, mirror: Mirror, cat: np.ndarray
) -> None:
    first = opened(places, "cat", per_class=10)
    mirror.ranges.clear()
    sent = mirror.sent
    np.testing.assert_array_equal(read(opened(places, "cat", per_class=2500)), cat[:2500])
    assert mirror.sent - sent == 1500 * 784
    assert mirror.ranges[0].startswith(f"bytes={128 + 1000 * 784}-")
    np.testing.assert_array_equal(read(first), cat[:10])  # opened before, still readable


def test_whole_file_gets_its_name(places: Places, mirror: Mirror, cat: np.ndarray) -> None:
    opened(places, "cat")
    source = opened(places, "cat", per_class=9000)
    np.testing.assert_array_equal(read(source), cat)
    assert source.facts["fewer_than_asked"] == ["cat"]
    assert cached(places) == ["cat.npy"]
    assert (places.cache / "quickdraw" / "cat.npy").read_bytes() == mirror.files["cat.npy"]


@pytest.mark.parametrize("count", [1, 5, 999, 1000, 1001])
def test_small_files_come_whole_or_not(places: Places, mirror: Mirror, count: int) -> None:
    mirror.files["ant.npy"] = npy_bytes(make_bitmaps(count))
    np.testing.assert_array_equal(
        read(opened(places, "ant", per_class=1000)), make_bitmaps(count)[:1000]
    )


def test_names_with_spaces_are_encoded(places: Places, mirror: Mirror, cat: np.ndarray) -> None:
    mirror.files["hot dog.npy"] = npy_bytes(make_bitmaps(3))
    assert opened(places, "hot dog", "cat").count == 13


def test_pictures_already_there_are_used_first(places: Places, mirror: Mirror) -> None:
    (places.cache / "quickdraw").mkdir(parents=True)
    np.save(places.cache / "quickdraw" / "cat.npy", make_bitmaps(50))
    assert opened(places, "cat", per_class=20).count == 20
    assert not mirror.ranges


def test_broken_file_in_the_cache_is_fetched_again(
    places: Places, mirror: Mirror, cat: np.ndarray
) -> None:
    (places.cache / "quickdraw").mkdir(parents=True)
    (places.cache / "quickdraw" / "cat.npy").write_bytes(b"broken")
    np.testing.assert_array_equal(read(opened(places, "cat")), cat[:10])


@pytest.mark.parametrize("after", [0, 1, 50, 4095, 4096, 100_000])
def test_cut_connection_is_resumed(
    places: Places, mirror: Mirror, cat: np.ndarray, after: int
) -> None:
    mirror.faults.extend([Fault(after=after), Fault(after=after)])
    np.testing.assert_array_equal(read(opened(places, "cat", per_class=1000)), cat[:1000])
    assert mirror.ranges[1].startswith(f"bytes={after}-")
    assert mirror.ranges[2].startswith(f"bytes={2 * after}-")


def test_many_cuts_are_survived_while_there_is_progress(
    places: Places, mirror: Mirror, cat: np.ndarray
) -> None:
    mirror.faults.extend([Fault(after=50_000)] * 12)
    np.testing.assert_array_equal(read(opened(places, "cat", per_class=1000)), cat[:1000])


def test_host_that_gives_nothing_is_given_up(
    places: Places, mirror: Mirror, cat: np.ndarray
) -> None:
    mirror.faults.extend([Fault(after=0)] * 50)
    with pytest.raises(StudioError) as caught:
        opened(places, "cat")
    assert "127.0.0.1" in caught.value.why
    assert "folder" in caught.value.fix
    assert len(mirror.ranges) == 4


@pytest.mark.parametrize("status", [429, 500, 503])
def test_busy_host_is_asked_again(
    places: Places, mirror: Mirror, cat: np.ndarray, status: int
) -> None:
    mirror.faults.extend([Fault(status=status), Fault(status=status)])
    assert opened(places, "cat").count == 10


def test_unreachable_host_is_explained(
    places: Places, mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDIO_QUICKDRAW_URL", "http://127.0.0.1:1/")
    with pytest.raises(StudioError) as caught:
        opened(places, "cat")
    assert "http://127.0.0.1:1/cat.npy" in caught.value.what
    assert "4 times" in caught.value.why
    assert "internet" in caught.value.fix


def test_stalled_host_is_left_and_asked_again(
    places: Places, mirror: Mirror, cat: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "TIMEOUT", httpx.Timeout(2.0))
    mirror.faults.append(Fault(after=10_000, stall=60))
    begun = time.monotonic()
    np.testing.assert_array_equal(read(opened(places, "cat", per_class=1000)), cat[:1000])
    assert time.monotonic() - begun < 50
    assert mirror.ranges[1].startswith("bytes=10000-")


def test_cancel_is_heard_while_the_host_stalls(
    places: Places, mirror: Mirror, cat: np.ndarray
) -> None:
    mirror.faults.append(Fault(after=10_000, stall=60))
    begun = time.monotonic()

    def cancel(done: int, total: int, unit: str, message: str) -> None:
        if done >= 10_000 and time.monotonic() - begun > 0.3:
            raise Cancelled("Stopped.", "You asked for it.", "Start again.")

    spec = QuickDrawSource(categories=("cat",), per_class=1000)
    with pytest.raises(Cancelled):
        open_source(spec, places=places, progress=cancel)
    assert time.monotonic() - begun < 50
    assert (places.cache / "quickdraw" / "cat.npy.part").stat().st_size == 10_000
    np.testing.assert_array_equal(read(opened(places, "cat", per_class=1000)), cat[:1000])
    assert mirror.ranges[1].startswith("bytes=10000-")


def test_cancelled_download_keeps_what_came(
    places: Places, mirror: Mirror, cat: np.ndarray
) -> None:
    def cancel(done: int, total: int, unit: str, message: str) -> None:
        assert unit == "bytes"
        if done > 300_000:
            raise Cancelled("Stopped.", "You asked for it.", "Start again.")

    mirror.faults.append(Fault(after=500_000, stall=60))
    spec = QuickDrawSource(categories=("cat",), per_class=5000)
    with pytest.raises(Cancelled):
        open_source(spec, places=places, progress=cancel)
    assert cached(places) == ["cat.npy.json", "cat.npy.part"]
    kept = (places.cache / "quickdraw" / "cat.npy.part").read_bytes()
    assert len(kept) > 300_000
    assert mirror.files["cat.npy"].startswith(kept)
    np.testing.assert_array_equal(read(opened(places, "cat", per_class=5000)), cat)
    assert mirror.ranges[1].startswith(f"bytes={len(kept)}-")
    assert (places.cache / "quickdraw" / "cat.npy").read_bytes() == mirror.files["cat.npy"]


@pytest.mark.parametrize("after", [10_000, 500_000])
def test_changed_file_is_begun_anew(
    places: Places, mirror: Mirror, cat: np.ndarray, after: int
) -> None:
    mirror.faults.append(Fault(after=after, stall=2))

    def change(done: int, *_: object) -> None:
        if done >= after:
            raise Cancelled("Stopped.", "You asked for it.", "Start again.")

    with pytest.raises(Cancelled):
        open_source(QuickDrawSource(categories=("cat",)), places=places, progress=change)
    newer = make_bitmaps(3000, seed=2)
    mirror.files["cat.npy"], mirror.etags["cat.npy"] = npy_bytes(newer), '"2"'
    np.testing.assert_array_equal(read(opened(places, "cat", per_class=1000)), newer[:1000])


def test_change_behind_an_unheeded_condition_is_noticed(
    places: Places, mirror: Mirror, cat: np.ndarray
) -> None:
    opened(places, "cat")
    mirror.faults.append(Fault(lies={"ETag": '"other"'}))
    np.testing.assert_array_equal(read(opened(places, "cat", per_class=3000)), cat[:3000])
    assert mirror.ranges[-2].startswith("bytes=0-")  # the beginning, then the longer header


def test_old_readers_keep_the_old_file(places: Places, mirror: Mirror, cat: np.ndarray) -> None:
    before = opened(places, "cat", per_class=1000)
    newer = make_bitmaps(3000, seed=2)
    mirror.files["cat.npy"], mirror.etags["cat.npy"] = npy_bytes(newer), '"2"'
    after = opened(places, "cat", per_class=2000)
    np.testing.assert_array_equal(read(after), newer[:2000])
    np.testing.assert_array_equal(read(before), cat[:1000])


def test_shorter_file_is_begun_anew(places: Places, mirror: Mirror, cat: np.ndarray) -> None:
    opened(places, "cat")
    mirror.files["cat.npy"] = npy_bytes(cat[:20])
    np.testing.assert_array_equal(read(opened(places, "cat", per_class=3000)), cat[:20])


@pytest.mark.parametrize("etag", [None, 'W/"weak"'])
def test_host_without_a_strong_etag_is_never_continued(
    places: Places, mirror: Mirror, cat: np.ndarray, etag: str | None
) -> None:
    mirror.etags["cat.npy"] = etag
    mirror.faults.append(Fault(after=100_000))
    np.testing.assert_array_equal(read(opened(places, "cat", per_class=900)), cat[:900])
    assert all(asked.startswith("bytes=0-") for asked in mirror.ranges)


def test_host_without_ranges_is_read_as_far_as_needed(
    places: Places, mirror: Mirror, cat: np.ndarray
) -> None:
    mirror.faults.extend([Fault(whole=True)] * 10)
    np.testing.assert_array_equal(read(opened(places, "cat", per_class=2000)), cat[:2000])
    part = places.cache / "quickdraw" / "cat.npy.part"
    assert part.stat().st_size == 128 + 2000 * 784


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<!DOCTYPE html><html>Please sign in</html>", "not a .npy file"),
        (b"<html>" + b"x" * 50_000, "not a .npy file"),
        (b"", "is empty"),
        (npy_bytes(make_bitmaps(2000))[:-1], "bytes"),
        (npy_bytes(make_bitmaps(2000)) + b"more", "bytes"),
        (npy_bytes(make_bitmaps(10).astype(np.float32)), "float32"),
        (npy_bytes(np.array([{"a": 1}] * 500, object)), "pickled"),
    ],
)
def test_wrong_files_are_refused_and_not_kept(
    places: Places, mirror: Mirror, data: bytes, words: str
) -> None:
    mirror.files["cat.npy"] = data
    mirror.faults.append(Fault(whole=True))
    with pytest.raises(InvalidInput) as caught:
        opened(places, "cat")
    assert words in caught.value.what
    assert not cached(places)
    mirror.files["cat.npy"] = npy_bytes(make_bitmaps(20))
    assert opened(places, "cat").count == 10


def test_endless_rubbish_is_noticed_at_its_beginning(places: Places, mirror: Mirror) -> None:
    mirror.files["cat.npy"] = b"rubbish " * 2_000_000
    with pytest.raises(InvalidInput):
        opened(places, "cat", per_class=20_000)
    assert not cached(places)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(status=302, headers={"Location": "http://169.254.169.254/"}), "169.254.169.254"),
        (Fault(status=403), "status 403"),
        (Fault(status=416), "status 416"),
        (Fault(lies={"Content-Encoding": "gzip"}), "cannot be checked"),
        (Fault(lies={"Content-Range": "bytes 0-5/*"}), "cannot be checked"),
        (Fault(lies={"Content-Range": None}), "cannot be checked"),
        (
            Fault(whole=True, lies={"Content-Length": None, "Connection": "close"}),
            "cannot be checked",
        ),
    ],
)
def test_answers_that_cannot_be_trusted_are_refused(
    places: Places, mirror: Mirror, cat: np.ndarray, fault: Fault, words: str
) -> None:
    mirror.faults.append(fault)
    with pytest.raises(StudioError) as caught:
        opened(places, "cat")
    assert words in caught.value.what
    assert len(mirror.ranges) == 1
    assert not cached(places)


def test_missing_category_on_the_host_is_not_found(places: Places, mirror: Mirror) -> None:
    with pytest.raises(NotFound, match="404"):
        opened(places, "cat")


@pytest.mark.parametrize(
    "address",
    ["file:///etc/", "ftp://host/", "no address", "http://", "http://host/?a=b", "//host"],
)
def test_only_web_addresses_can_be_mirrors(
    places: Places, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("STUDIO_QUICKDRAW_URL", address)
    with pytest.raises(InvalidInput) as caught:
        opened(places, "cat")
    assert address in caught.value.what


def test_progress_counts_the_bytes_of_all_categories(
    places: Places, mirror: Mirror, cat: np.ndarray
) -> None:
    mirror.files["ant.npy"] = npy_bytes(make_bitmaps(10))
    mirror.faults.append(Fault(after=200_000))
    seen: list[tuple[int, int]] = []
    spec = QuickDrawSource(categories=("cat", "ant"))
    open_source(spec, places=places, progress=lambda done, total, *_: seen.append((done, total)))
    done = [done for done, _ in seen]
    assert done == sorted(done)
    assert seen[-1][0] == seen[-1][1]


def test_note_that_does_not_fit_is_not_trusted(
    places: Places, mirror: Mirror, cat: np.ndarray
) -> None:
    opened(places, "cat")
    note = places.cache / "quickdraw" / "cat.npy.json"
    facts = json.loads(note.read_text())
    for wrong in (
        "",
        "[]",
        "{",
        json.dumps(facts | {"have": 10**9}),
        json.dumps(facts | {"have": -1}),
    ):
        note.write_text(wrong)
        np.testing.assert_array_equal(read(opened(places, "cat")), cat[:10])


def test_bytes_beyond_the_note_are_not_trusted(
    places: Places, mirror: Mirror, cat: np.ndarray
) -> None:
    opened(places, "cat")
    with (places.cache / "quickdraw" / "cat.npy.part").open("ab") as part:
        part.write(bytes(500_000))  # what a power cut may leave
    np.testing.assert_array_equal(read(opened(places, "cat", per_class=3000)), cat[:3000])


def test_two_at_once_share_the_work(places: Places, mirror: Mirror, cat: np.ndarray) -> None:
    mirror.faults.append(Fault(after=100_000, stall=0.4))
    results: list[np.ndarray] = []
    threads = [
        threading.Thread(target=lambda: results.append(read(opened(places, "cat", per_class=1000))))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 3
    assert all(np.array_equal(result, cat[:1000]) for result in results)
    assert len(mirror.ranges) <= 3  # cut, resumed, the header's 48 bytes


DOWNLOAD = """
import sys
from pathlib import Path
from studio.sources import download, partial
partial.SYNC_BYTES = 50_000
download.fetch(["cat"], 5000, cache=Path(sys.argv[1]), progress=lambda *_: None)
"""


@pytest.mark.drill
@pytest.mark.parametrize("round_", range(4))
def test_killed_download_is_resumed(
    places: Places, mirror: Mirror, cat: np.ndarray, round_: int
) -> None:
    mirror.faults.append(Fault(after=600_000 + 200_000 * round_, stall=60))
    cache = places.cache / "quickdraw"
    child = subprocess.Popen([sys.executable, "-c", DOWNLOAD, str(cache)], cwd=ROOT)
    part = places.cache / "quickdraw" / "cat.npy.part"
    deadline = time.monotonic() + 300
    while not (part.exists() and part.stat().st_size > 100_000 * (round_ + 1)):
        assert time.monotonic() < deadline
        time.sleep(0.001)
    child.kill()
    child.wait()
    np.testing.assert_array_equal(read(opened(places, "cat", per_class=5000)), cat)
    assert (places.cache / "quickdraw" / "cat.npy").read_bytes() == mirror.files["cat.npy"]
    assert not mirror.ranges[1].startswith("bytes=0-")


@pytest.mark.drill
def test_full_disk_is_explained_and_survived(
    places: Places, mirror: Mirror, cat: np.ndarray, tmp_path: Path
) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, before[1]))
    try:
        with pytest.raises(StudioError) as caught:
            opened(places, "cat")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, old)
    assert "cache" in caught.value.what
    assert "File too large" in caught.value.why
    mirror.ranges.clear()
    np.testing.assert_array_equal(read(opened(places, "cat", per_class=1000)), cat[:1000])
    assert mirror.ranges[0].startswith("bytes=300000-")


def test_caller_may_have_a_running_loop(places: Places, cat: np.ndarray) -> None:
    async def notebook() -> int:
        return opened(places, "cat").count

    with ThreadPoolExecutor(1) as pool:  # this thread may have a loop too: the browser tests' one
        assert pool.submit(asyncio.run, notebook()).result() == 10


def test_interrupted_caller_is_not_kept_waiting(
    places: Places, mirror: Mirror, cat: np.ndarray
) -> None:
    """Ctrl+C without a handler of one's own: the thread ends, what came stays."""
    mirror.faults.append(Fault(after=2000, stall=60))

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    begun = time.monotonic()
    previous = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.7)
    try:
        with pytest.raises(KeyboardInterrupt):
            opened(places, "cat")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
    assert time.monotonic() - begun < 50
