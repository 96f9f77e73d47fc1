from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from studio.core.samples import Joined, Texts
from studio.quality import hashes as module
from studio.quality.hashes import content_hashes, perceptual_hashes, picture_hashes, text_hashes

Pictures = NDArray[np.uint8]


def silent(done: int, total: int, unit: str, message: str) -> None: ...


def hashed(pictures: Pictures) -> NDArray[np.uint64]:
    return perceptual_hashes(pictures, np.arange(len(pictures)), silent)


def recall(changed: Pictures, drawings: Pictures, distance: int = 2) -> float:
    """Share of changed drawings whose hash is within the distance of what they were."""
    differing = np.bitwise_count(hashed(changed) ^ hashed(drawings))
    return float((differing <= distance).mean())


def test_a_hash_stays_what_it_is() -> None:
    """They are kept with a check's findings; another hash would need another name."""
    picture = (np.arange(784) ** 2 % 251).astype(np.uint8).reshape(1, 28, 28)
    assert picture_hashes(picture).tolist() == [0x468256029B1D861E]
    assert text_hashes(["A good film."]).tolist() == [0xA1E73584E4F2C3A7]
    assert content_hashes(["A good film."]).tolist() == [0x3B6225094175D1BA]


def test_a_hash_does_not_depend_on_what_is_read_with_it(made: Pictures) -> None:
    whole = hashed(made)
    for length in (1, 3, 7):
        parts = [picture_hashes(made[i : i + length, ..., 0]) for i in range(0, 200, length)]
        np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_rows_are_read_in_their_order_from_parts_and_files(made: Pictures, tmp_path: Path) -> None:
    np.save(tmp_path / "part.npy", made[:120])
    mapped = np.load(tmp_path / "part.npy", mmap_mode="r")
    rows = np.array([0, 1, 5, 119, 120, 121, 199])
    found = perceptual_hashes(Joined([mapped, made[120:]]), rows, silent)
    np.testing.assert_array_equal(found, hashed(made)[rows])


def test_even_pictures_and_empty_texts_have_the_hash_zero() -> None:
    pictures = np.stack([np.full((40, 28, 3), value, np.uint8) for value in (0, 7, 255)])
    assert hashed(pictures).tolist() == [0, 0, 0]
    assert text_hashes(["", "  \n", "...", "\0"]).tolist() == [0, 0, 0, 0]
    assert text_hashes([]).tolist() == []


def test_brightness_makes_no_difference(drawings: Pictures) -> None:
    darker = (drawings[:1000] // 2).astype(np.uint8)
    np.testing.assert_array_equal(hashed(darker), hashed(darker + np.uint8(60)))


def test_pictures_of_a_size_larger_are_hashed_alike(drawings: Pictures) -> None:
    some = drawings[:500]
    doubled = some.repeat(2, axis=1).repeat(2, axis=2)
    np.testing.assert_array_equal(hashed(doubled), hashed(some))
    coloured = doubled.repeat(3, axis=3)
    np.testing.assert_array_equal(hashed(coloured), hashed(some))


@pytest.mark.parametrize(("amount", "least"), [(1, 0.999), (20, 0.995), (64, 0.97), (255, 0.7)])
def test_a_pixel_of_noise_is_found_again(drawings: Pictures, amount: int, least: float) -> None:
    flat = drawings.reshape(len(drawings), -1).copy()
    where = np.random.default_rng(0).integers(0, flat.shape[1], len(flat))
    flat[np.arange(len(flat)), where] ^= np.uint8(amount)
    assert recall(flat.reshape(drawings.shape), drawings) >= least


def test_noise_all_over_is_found_again(drawings: Pictures) -> None:
    noise = np.random.default_rng(0).integers(-8, 9, drawings.shape)
    noisy = np.clip(drawings.astype(int) + noise, 0, 255).astype(np.uint8)
    assert recall(noisy, drawings) >= 0.95


def test_different_drawings_are_told_apart(drawings: Pictures) -> None:
    """About 3 in a million pairs of drawings are near-duplicates; a shift by a pixel is another picture."""
    found = hashed(drawings[::10])
    near = np.bitwise_count(found[:, None] ^ found) <= 2
    assert (near.sum() - len(found)) / near.size < 1e-5
    assert recall(np.roll(drawings[::10], 1, axis=1), drawings[::10]) < 0.05


def test_texts_alike_but_for_case_and_punctuation_have_one_hash() -> None:
    found = text_hashes(["A good, solid film!", "a good solid film", " A GOOD -- SOLID film "])
    assert len(set(found.tolist())) == 1
    assert text_hashes(["Über Äpfel"]) == text_hashes(["über äpfel!"])


def test_all_letters_count(made: Pictures) -> None:
    texts = ["red", "red apple", "rot", "日本語", "日本", "😀", "a", "b", "ab", "a b"]
    assert len(set(text_hashes(texts).tolist())) == len(texts)


@given(st.lists(st.text(max_size=30), max_size=12), st.integers(1, 20))
def test_a_texts_hash_does_not_depend_on_its_neighbours(texts: list[str], piece: int) -> None:
    alone = [int(text_hashes([text])[0]) for text in texts]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "PIECE", piece)
        assert text_hashes(texts).tolist() == alone


def reviews(shared_data: Path) -> list[str]:
    with (shared_data / "text" / "movie_reviews.csv").open(encoding="utf-8") as file:
        return [row["text"] for row in csv.DictReader(file)]


def test_edited_reviews_are_found_again_and_others_are_not(shared_data: Path) -> None:
    texts = reviews(shared_data)[:8000]
    pages = [" ".join(texts[start : start + 8]) for start in range(0, 8000, 8)]  # of 900 letters
    generator = np.random.default_rng(0)

    def typo(text: str) -> str:
        place = int(generator.integers(len(text)))
        return f"{text[:place]}x{text[place + 1 :]}"

    found = text_hashes(pages)
    edited = text_hashes([typo(page) for page in pages])
    assert (np.bitwise_count(found ^ edited) <= 2).mean() >= 0.9
    short = text_hashes(texts[:2000])
    edited = text_hashes([typo(text) for text in texts[:2000]])
    assert (np.bitwise_count(short ^ edited) <= 2).mean() >= 0.2  # sentences: a letter is much
    near = np.bitwise_count(short[:, None] ^ short) <= 2
    assert near.sum() - len(short) <= 2


def test_content_hashes_differ_where_anything_differs(made: Pictures) -> None:
    changed = made.copy()
    changed[np.arange(200), 3, 3] ^= 1
    assert len(np.unique(np.concatenate([content_hashes(made), content_hashes(changed)]))) == 400
    np.testing.assert_array_equal(content_hashes(made[::2]), content_hashes(made)[::2])
    texts = Texts.of(["red", "Red", "red ", "red"])
    found = content_hashes(texts[:]).tolist()
    assert found[0] == found[3]
    assert len(set(found)) == 3


def test_what_progress_raises_stops_the_reading(made: Pictures) -> None:
    def stop(done: int, total: int, unit: str, message: str) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        perceptual_hashes(made, np.arange(200), stop)
