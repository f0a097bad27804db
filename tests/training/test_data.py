import csv
import shutil
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image

from training.datasets import open_dataset
from training.datasets.duplicates import find_duplicates
from training.datasets.faces import TEST, TRAINING, VALIDATION, fitted
from training.datasets.fer2013 import VOTES, ferplus_majority, is_face
from training.datasets.folders import load_folders
from training.errors import TrainingError
from training.overview import draw_samples, overview
from training.tasks import balanced, for_task


def write_csv(folder, data, *, name="fer2013.csv", votes=True, padded=False):
    """The table that people download, from any dataset."""
    gap = " " if padded else ""
    with open(folder / name, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["emotion", f"{gap}pixels", f"{gap}Usage"])
        for place in range(len(data)):
            writer.writerow([data.labels[place], " ".join(map(str, data.pictures[place].ravel())), data.splits[place]])
    if votes:
        with open(folder / "fer2013new.csv", "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["Usage", "Image name", *VOTES])
            for place in range(len(data)):
                writer.writerow([data.splits[place], f"fer{place:07}.png", *data.votes[place]])


def write_folders(root, data, *, with_splits=True, colour=False):
    for place in range(len(data)):
        split = (
            {"Training": "train", "PublicTest": "validation", "PrivateTest": "test"}[data.splits[place]] if with_splits else "."
        )
        folder = root / split / data.classes[data.labels[place]]
        folder.mkdir(parents=True, exist_ok=True)
        picture = data.pictures[place]
        Image.fromarray(np.repeat(picture[..., None], 3, axis=2) if colour else picture).save(folder / f"{place:04}.png")


class TestReaders:
    def test_sheets_are_read_in_order(self, sheets):
        data = open_dataset(sheets)
        assert [len(data.split(name)) for name in (TRAINING, VALIDATION, TEST)] == [300, 50, 50]
        bright = np.concatenate([*data.batches(48, 1)])[:, :, 8:40, 0].mean(axis=2)
        near = [abs(int(row.argmax()) - 6 * label - 5) < 8 for row, label in zip(bright, data.labels, strict=True)]
        assert np.mean(near) > 0.95

    @pytest.mark.parametrize(("name", "padded"), [("fer2013.csv", False), ("icml_face_data.csv", True)])
    def test_a_csv_is_the_same_as_the_sheets(self, sheets, tmp_path, name, padded):
        data = open_dataset(sheets)
        write_csv(tmp_path, data, name=name, padded=padded)
        for path in (tmp_path, tmp_path / name):
            read = open_dataset(path)
            assert np.array_equal(read.pictures.images, data.pictures.images)
            assert np.array_equal(read.labels, data.labels)
            assert np.array_equal(read.splits, data.splits)
            assert np.array_equal(read.votes, data.votes)
            assert np.allclose(read.soft, data.soft)

    def test_a_csv_without_votes_has_hard_labels_and_its_broken_rows_are_listed(self, sheets, tmp_path):
        data = open_dataset(sheets)
        write_csv(tmp_path, data, votes=False)
        with open(tmp_path / "fer2013.csv", "a") as file:
            black = " ".join(["0"] * 2304)
            file.write(f"3,1 2 3,Training\n9,{black},Training\n3,,Training\n,{black},Training\nx,{black},Training\n")
            file.write(f"3,{black[:-1]}z,Training\n2.5,{black},Training\n")
        read = open_dataset(tmp_path)
        assert len(read) == 400
        assert [name for name, _ in read.skipped] == [f"row {number}" for number in range(402, 409)]
        assert read.votes is None
        assert set(np.unique(read.soft)) == {0.0, 1.0}

    def test_folders_with_splits_are_read(self, sheets, tmp_path):
        data = open_dataset(sheets)
        write_folders(tmp_path, data)
        read = open_dataset(tmp_path)
        assert read.classes == data.classes
        for split in (TRAINING, VALIDATION, TEST):
            assert sorted(read.split(split).labels) == sorted(data.split(split).labels)
        place = int(np.flatnonzero(np.char.endswith(read.names, "0007.png"))[0])
        assert np.array_equal(fitted(read.pictures[place], 48, 1)[..., 0], data.pictures[7])

    def test_one_folder_is_split_by_seed_class_by_class(self, sheets, tmp_path):
        write_folders(tmp_path, open_dataset(sheets), with_splits=False, colour=True)
        one, same, other = (load_folders(tmp_path, seed=seed) for seed in (1, 1, 2))
        assert np.array_equal(one.splits, same.splits)
        assert not np.array_equal(one.splits, other.splits)
        for label in range(7):
            counts = [((one.splits == split) & (one.labels == label)).sum() for split in (TRAINING, VALIDATION, TEST)]
            assert min(counts[1:]) >= 1
            assert max(counts[1:]) < 0.3 * sum(counts)
        assert 0.15 < (one.splits != TRAINING).mean() < 0.25

    def test_a_picture_stays_in_its_split_whatever_is_added_or_taken_away(self, sheets, tmp_path):
        write_folders(tmp_path, open_dataset(sheets), with_splits=False)
        before = load_folders(tmp_path)
        split_of = dict(zip(before.names, before.splits, strict=True))
        (tmp_path / "angry" / "a-new-one.png").write_bytes((tmp_path / str(before.names[-1])).read_bytes())
        (tmp_path / str(before.names[5])).unlink()
        after = load_folders(tmp_path)
        assert len(after) == len(before)
        assert all(split_of.get(name, split) == split for name, split in zip(after.names, after.splits, strict=True))

    def test_what_is_no_picture_is_skipped_and_listed(self, sheets, tmp_path):
        write_folders(tmp_path, open_dataset(sheets))
        (tmp_path / "train" / "happy" / "broken.png").write_bytes(b"\x89PNG and then nothing")
        (tmp_path / "train" / "happy" / "notes.txt").write_text("not a picture")
        (tmp_path / "train" / "happy" / "empty.jpg").touch()
        # Its header says that it is 2 milliard pixels wide.
        huge = bytearray(cv2.imencode(".bmp", np.zeros((2, 2, 3), np.uint8))[1].tobytes())
        huge[18:22] = (2**31 - 1).to_bytes(4, "little")
        (tmp_path / "train" / "happy" / "huge.bmp").write_bytes(huge)
        (tmp_path / "train" / "happy" / ".DS_Store").touch()
        data = open_dataset(tmp_path)
        assert len(data) == 400
        assert {name.rpartition("/")[2] for name, _ in data.skipped} == {"broken.png", "notes.txt", "empty.jpg", "huge.bmp"}
        assert "Skipped: 4." in overview(data)

    def test_what_lies_beside_the_splits_and_classes_is_listed(self, sheets, tmp_path):
        write_folders(tmp_path, open_dataset(sheets))
        (tmp_path / "test").rename(tmp_path / "Testing")
        for place in ("loose.png", "train/loose.png"):
            cv2.imwrite(str(tmp_path / place), np.zeros((48, 48), np.uint8))
        (tmp_path / "Training set 2" / "happy").mkdir(parents=True)
        data = open_dataset(tmp_path)
        assert (data.splits == TEST).sum() == 50
        assert dict(data.skipped) == {
            "loose.png": "in no class folder",
            "train/loose.png": "in no class folder",
            "Training set 2/": "a folder that is called like no split",
        }

    def test_a_fingerprint_tells_pictures_labels_and_splits(self, sheets):
        data = open_dataset(sheets)
        assert data.where(np.random.default_rng(1).permutation(400)).fingerprint() == data.fingerprint()
        labels = np.where(data.labels == 3, 4, np.where(data.labels == 4, 3, data.labels))
        others = [
            replace(data, labels=labels),
            replace(data, splits=np.roll(data.splits, 1)),
            replace(data, pictures=data.pictures.take(np.roll(np.arange(400), 1))),
        ]
        assert len({each.fingerprint() for each in (data, *others)}) == 4

    @pytest.mark.parametrize(
        ("file", "change"),
        [
            ("labels.csv", lambda text: text.replace("emotion", "feeling")),
            ("labels.csv", lambda text: text.replace("\n1,", "\n1,x", 1)),
            ("labels.csv", lambda text: text.replace("PublicTest", "Public")),
            ("labels.csv", lambda text: text.splitlines()[0] + "\n"),
            ("faces_0.png", lambda _: "no picture"),
            ("faces_0.png", None),
        ],
    )
    def test_damaged_sheets_are_told_by_name(self, sheets, tmp_path, file, change):
        shutil.copytree(sheets, tmp_path / "sheets")
        path = tmp_path / "sheets" / file
        if change is None:  # Fewer pictures than rows.
            Image.fromarray(np.zeros((48, 120 * 48), np.uint8)).save(path)
        else:
            path.write_text(change((sheets / "labels.csv").read_text()))
        with pytest.raises(TrainingError, match=rf"{file}.*copy it anew"):
            open_dataset(tmp_path / "sheets")

    def test_names_of_classes_may_be_the_usual_others(self, tmp_path):
        for name in ("Happiness", "sadness", "Surprised"):
            (tmp_path / name).mkdir()
            for number in range(10):
                cv2.imwrite(str(tmp_path / name / f"{number}.png"), np.full((8, 8, 3), number, np.uint8))
        assert open_dataset(tmp_path).classes == ("happy", "sad", "surprise")

    def test_what_holds_no_faces_says_so(self, tmp_path):
        with pytest.raises(TrainingError, match="at least two classes"):
            open_dataset(tmp_path)
        with pytest.raises(TrainingError, match=r"There is no .*none"):
            open_dataset(tmp_path / "none")
        (tmp_path / "notes.txt").touch()
        with pytest.raises(TrainingError, match="holds no faces"):
            open_dataset(tmp_path / "notes.txt")
        (tmp_path / "x.csv").write_text("a,b\n1,2\n")
        with pytest.raises(TrainingError, match="needs the columns"):
            open_dataset(tmp_path / "x.csv")


class TestVotes:
    def test_votes_become_a_distribution_over_the_seven(self, sheets):
        data = open_dataset(sheets)
        assert np.allclose(data.soft.sum(axis=1), 1)
        assert np.allclose(data.soft.argmax(axis=1), data.labels)
        assert is_face(data).tolist() == [index != 1 for index in range(400)]

    def test_the_ferplus_protocol_leaves_out_what_is_not_clear(self, sheets):
        data = open_dataset(sheets)
        votes = np.zeros((4, 10), int)
        votes[0, [1, 0]] = 6, 4  # happiness by more than half
        votes[1, [1, 0]] = 5, 5  # no majority
        votes[2, 7] = 10  # contempt
        votes[3, [6, 0, 1, 2, 3, 4]] = 5, 1, 1, 1, 1, 1  # fear, once single votes are dropped
        chosen = data.where(np.arange(4))
        object.__setattr__(chosen, "votes", votes)
        majority, counts = ferplus_majority(chosen)
        assert counts.tolist() == [True, False, False, True]
        assert majority[counts].tolist() == [3, 2]

    @pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"a,b\n1,2,3\n", None])
    def test_a_damaged_table_of_votes_is_told(self, sheets, tmp_path, content):
        write_csv(tmp_path, open_dataset(sheets))
        path = tmp_path / "fer2013new.csv"
        if content is None:  # An empty cell.
            path.write_text(path.read_text().replace(",8,", ",,", 1))
        else:
            path.write_bytes(content)
        with pytest.raises(TrainingError, match=r"fer2013new\.csv .*move it away"):
            open_dataset(tmp_path)

    def test_votes_of_other_pictures_are_refused(self, sheets, tmp_path):
        """Only their number joins a row of FER+ to one of FER2013, so a table must not have lost or moved any."""
        data = open_dataset(sheets)
        write_csv(tmp_path, data)
        without_two = np.delete(np.arange(400), [100, 101])
        shuffled = np.concatenate([np.random.default_rng(1).permutation(300), np.arange(300, 400)])
        without_happy = np.flatnonzero((data.labels != 3) & (data.splits == TRAINING))
        for places in (without_two, shuffled, without_happy):
            write_csv(tmp_path, data.where(places), votes=False)
            with pytest.raises(TrainingError, match=r"fer2013new\.csv does not belong to fer2013\.csv.*move it away"):
                open_dataset(tmp_path)
        for places in (np.arange(20), np.arange(330)):  # As `head` leaves it.
            write_csv(tmp_path, data.where(places), votes=False)
            assert np.array_equal(open_dataset(tmp_path).votes, data.votes[places])


class TestDuplicates:
    def test_equal_nearly_equal_and_mirrored_ones_are_found_and_left_out(self, sheets):
        data = open_dataset(sheets)
        rng = np.random.default_rng(1)
        images = rng.integers(0, 255, (400, 6, 6), np.uint8)
        images = np.stack([cv2.resize(picture, (48, 48), interpolation=cv2.INTER_CUBIC) for picture in images])
        images[350] = images[0]
        images[351] = np.clip(images[2].astype(int) * 0.9 + rng.normal(8, 3, (48, 48)), 0, 255)
        images[320] = images[3][:, ::-1]
        object.__setattr__(data.pictures, "images", images)
        found = find_duplicates(data)
        assert np.flatnonzero(found.exact).tolist() == [0, 350]
        assert np.flatnonzero(found.near).tolist() == [2, 3, 320, 351]
        assert ((data.splits == TRAINING) & ~found.any).sum() == 297
        assert "Training pictures equal to a test picture: 1; test pictures concerned: 0 of PublicTest, 1 of" in overview(data)


class TestTasks:
    def test_seven_become_two_and_four(self, sheets):
        data = open_dataset(sheets)
        happy = for_task(data, "happy")
        assert happy.classes == ("not happy", "happy")
        assert np.array_equal(happy.labels, (data.labels == 3).astype(int))
        four = for_task(data, "four")
        assert len(four) == np.isin(data.labels, (3, 4, 5, 6)).sum()
        assert np.allclose(four.soft.sum(axis=1), 1)
        assert np.array_equal(
            np.array(four.classes)[four.labels], np.array(data.classes)[data.labels[np.isin(data.labels, (3, 4, 5, 6))]]
        )

    def test_a_balanced_cut_has_as_many_of_each_class_in_every_split(self, sheets):
        data = for_task(open_dataset(sheets), "happy")
        cut = balanced(data, 80, seed=1)
        for split in (TRAINING, VALIDATION, TEST):
            counts = list(cut.counts()[split].values())
            assert counts[0] == counts[1] > 0
        assert np.array_equal(cut.names, balanced(data, 80, seed=1).names)
        assert not np.array_equal(cut.names, balanced(data, 80, seed=2).names)

    def test_a_class_that_a_split_lacks_empties_it_of_no_other(self, sheets):
        data = open_dataset(sheets)
        lacking = data.where((data.splits != VALIDATION) | (data.labels != 3))
        cut = balanced(for_task(lacking, "fer7"), 70, seed=1)
        whole = balanced(for_task(data, "fer7"), 70, seed=1)
        for split in (TRAINING, VALIDATION, TEST):
            counts = {name: count for name, count in cut.counts()[split].items() if (split, name) != (VALIDATION, "happy")}
            assert len(set(counts.values())) == 1
            assert counts["sad"] > 0
            assert split == VALIDATION or counts["sad"] == whole.counts()[split]["sad"]

    def test_a_task_that_the_data_can_not_serve_says_so(self, sheets):
        data = open_dataset(sheets)
        with pytest.raises(TrainingError, match="There is no task"):
            for_task(data, "nine")
        with pytest.raises(TrainingError, match="choose another task"):
            for_task(
                data.__class__(
                    *[getattr(data, name) for name in ("pictures", "labels")],
                    ("a",) * 7,
                    *[getattr(data, name) for name in ("splits", "names", "soft")],
                ),
                "four",
            )

    def test_a_missing_class_is_said(self, sheets):
        data = open_dataset(sheets)
        assert "No picture in Training of: disgust." in overview(data.where(data.labels != 1))


def test_samples_are_drawn(sheets, tmp_path):
    draw_samples(open_dataset(sheets), tmp_path / "samples.png")
    assert cv2.imread(str(tmp_path / "samples.png")).shape[0] == 7 * 72
