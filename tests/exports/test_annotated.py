"""COCO, YOLO and Label Studio as others read them."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import yaml

from studio.exports import Content
from tests.exports.conftest import ODD_NAMES, SIDE, export, make_content, members, pictures


def test_coco_of_boxes(pets: Content, tmp_path: Path) -> None:
    found = members(export(pets, "coco", tmp_path))
    facts = json.loads(found["annotations/instances_test.json"])
    assert facts["categories"] == [
        {"id": 1, "name": "cat", "supercategory": ""},
        {"id": 2, "name": "dog", "supercategory": ""},
    ]
    assert facts["images"] == [
        {"id": 3, "file_name": "00000003.png", "width": SIDE, "height": SIDE}
    ]
    assert facts["annotations"] == [
        {
            "id": 1,
            "image_id": 3,
            "category_id": 2,
            "bbox": [0, 0, SIDE / 2, SIDE],
            "area": SIDE * SIDE / 2,
            "iscrowd": 0,
        },
        {
            "id": 2,
            "image_id": 3,
            "category_id": 2,
            "bbox": [SIDE / 2, SIDE / 2, SIDE / 2, SIDE / 2],
            "area": SIDE * SIDE / 4,
            "iscrowd": 0,
        },
    ]
    assert facts["licenses"][0]["name"] == "Drawn by everybody, CC BY 4.0."
    assert "images/test/00000003.png" in found


def test_coco_gives_a_class_without_boxes_the_whole_picture(pets: Content, tmp_path: Path) -> None:
    found = members(export(pets, "coco", tmp_path))
    facts = json.loads(found["annotations/instances_validation.json"])
    assert [entry["bbox"] for entry in facts["annotations"]] == [[0, 0, SIDE, SIDE]]
    assert "whole" in facts["info"]["description"]


def test_coco_has_only_parts_with_samples(tmp_path: Path) -> None:
    found = members(export(make_content(pictures(2), [0, -1]), "coco", tmp_path))
    assert [name for name in found if name.endswith(".json")] == [
        "annotations/instances_train.json"
    ]
    facts = json.loads(found["annotations/instances_train.json"])
    assert [image["id"] for image in facts["images"]] == [0, 1]
    assert [entry["image_id"] for entry in facts["annotations"]] == [0]


def test_yolo_lines(pets: Content, tmp_path: Path) -> None:
    found = members(export(pets, "yolo", tmp_path))
    lines = found["labels/test/00000003.txt"].decode().splitlines()
    assert [[float(number) for number in line.split()] for line in lines] == [
        [1, 0.25, 0.5, 0.5, 1],
        [1, 0.75, 0.75, 0.5, 0.5],
    ]
    assert found["labels/train/00000004.txt"] == b""
    assert found["labels/train/00000001.txt"].split() == [
        b"1",
        b"0.5000000000",
        b"0.5000000000",
        b"1.0000000000",
        b"1.0000000000",
    ]
    pairs = {name.replace("labels/", "images/")[:-4] for name in found if name.startswith("labels")}
    assert pairs == {name[:-4] for name in found if name.startswith("images/")}


def test_yolo_facts_name_the_parts_and_classes(pets: Content, tmp_path: Path) -> None:
    facts = yaml.safe_load(members(export(pets, "yolo", tmp_path))["data.yaml"])
    assert facts == {
        "path": ".",
        "train": "images/train",
        "val": "images/validation",
        "test": "images/test",
        "nc": 2,
        "names": {0: "cat", 1: "dog"},
    }


def test_yolo_names_are_strings_and_missing_parts_are_not_named(tmp_path: Path) -> None:
    content = make_content(pictures(2), [0, 1], ODD_NAMES, split=[0, 2])
    facts = yaml.safe_load(members(export(content, "yolo", tmp_path))["data.yaml"])
    assert list(facts["names"].values()) == ODD_NAMES
    assert "val" not in facts


def test_label_studio_task(pets: Content, tmp_path: Path) -> None:
    found = members(export(pets, "labelstudio", tmp_path))
    tasks = {task["id"]: task for task in json.loads(found["tasks.json"])}
    assert list(tasks) == [0, 1, 2, 3, 4, 7]
    assert tasks[0] == {
        "id": 0,
        "data": {"image": "images/00000000.png", "split": "train", "name": "album/0.jpg"},
        "annotations": [
            {
                "result": [
                    {
                        "id": "0-class",
                        "from_name": "class",
                        "to_name": "image",
                        "type": "choices",
                        "value": {"choices": ["cat"]},
                    },
                    {
                        "id": "0-0",
                        "from_name": "box",
                        "to_name": "image",
                        "type": "rectanglelabels",
                        "value": {
                            "x": 25,
                            "y": 50,
                            "width": 50,
                            "height": 25,
                            "rotation": 0,
                            "rectanglelabels": ["cat"],
                        },
                        "original_width": SIDE,
                        "original_height": SIDE,
                        "image_rotation": 0,
                    },
                ],
                "was_cancelled": False,
                "ground_truth": False,
                "lead_time": None,
                "completed_by": 1,
            }
        ],
        "predictions": [],
    }
    assert tasks[4]["annotations"] == []
    assert {task["data"]["image"] for task in tasks.values()} <= set(found)


def test_label_studio_texts(reviews: Content, tmp_path: Path) -> None:
    found = members(export(reviews, "labelstudio", tmp_path))
    assert set(found) == {"tasks.json", "config.xml"}
    task = json.loads(found["tasks.json"])[1]
    assert task["data"] == {"text": "=cmd()", "split": "test"}
    (result,) = task["annotations"][0]["result"]
    assert (result["to_name"], result["value"]) == ("text", {"choices": ["=bad"]})


@pytest.mark.parametrize("boxes", [[], [[0, 1, 0, 0, 1, 1]]])
def test_label_studio_page_knows_the_classes(boxes: list[list[float]], tmp_path: Path) -> None:
    content = make_content(pictures(1), [0], ODD_NAMES, boxes=boxes)
    page = ElementTree.fromstring(members(export(content, "labelstudio", tmp_path))["config.xml"])
    assert [choice.get("value") for choice in page.findall("Choices/Choice")] == ODD_NAMES
    labels = [label.get("value") for label in page.findall("RectangleLabels/Label")]
    assert labels == (ODD_NAMES if boxes else [])


def test_npz_is_what_numpy_reads(pets: Content, tmp_path: Path) -> None:
    with np.load(export(pets, "npz", tmp_path), allow_pickle=False) as found:
        assert sorted(found) == sorted(
            [
                f"{kind}_{part}"
                for kind in ("x", "y", "ids")
                for part in ("train", "validation", "test")
            ]
            + ["class_names", "attribution"]
        )
        assert np.array_equal(found["x_train"], np.asarray(pets.samples)[[0, 1, 4, 7]])
        assert found["x_train"].dtype == np.uint8
        assert found["y_train"].tolist() == [0, 1, -1, 0]
        assert found["y_train"].dtype == np.int32
        assert found["ids_test"].tolist() == [3]
        assert found["class_names"].tolist() == ["cat", "dog"]


def test_npz_has_only_parts_with_samples(tmp_path: Path) -> None:
    content = make_content(pictures(2, channels=3), [-1, -1], (), split=[2, 0], state=[1, 0])
    with np.load(export(content, "npz", tmp_path), allow_pickle=False) as found:
        assert sorted(found) == ["class_names", "ids_train", "x_train", "y_train"]
        assert found["x_train"].shape == (1, SIDE, SIDE, 3)
        assert found["class_names"].tolist() == []
