"""Faces found by each detector range, clip by clip, against the number that is really there; `docs/decisions/0002` rests on it.

    python benchmarks/detector_ranges.py FOLDER [--every 1]

FOLDER holds clips; those whose number of faces is known (below) are measured. A column per range: mean faces per frame, and the
mean time of one picture in milliseconds. Times compare the ranges within this run only.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

from emocam.adapters.av_file import VideoFile
from emocam.adapters.mediapipe_locator import MediaPipeLocator
from emocam.bundle import bundled
from emocam.domain.detector_range import DetectorRange
from emocam.pipeline.looks import Looks

# Faces by eye; where they come and go, the mean over the clip by its truth file.
FACES = {
    "canada_8faces_mosaic": "8",
    "intel_asl_two_signers_hand_over_face": "1",
    "intel_classroom_small_faces": "4, tiny",
    "intel_headpose_female_turning": "1",
    "intel_headpose_male": "1",
    "intel_headpose_two_people": "2",
    "intel_three_people_walk_pause": "3",
    "london_4people_enter_leave": "2.0 on average",
    "london_neutral_smile_10people": "0.97",
    "max_labelled_slideshow_5emotions": "0.75",
    "pexels_woman_sad_to_happy": "1",
    "pyfeat_face_noface_hevc": "0.38",
    "pyfeat_noface_face_hevc_vfr": "0.38",
    "pyfeat_single_face": "1",
    "neg_bottles_hands_only": "0",
    "neg_cars_top_view": "0",
    "neg_cartoon_title_caminandes": "0",
    "neg_dark_noise_generated": "0",
    "neg_flower_cc0": "0",
    "neg_rainbow_animals_landscapes_pixabay": "0",
    "neg_testsrc_generated": "0",
}


def measure(clip: Path, detector_range: DetectorRange, every: int) -> tuple[float, float]:
    """(mean faces per frame, mean milliseconds per picture), on every `every`-th frame."""
    locator, source = MediaPipeLocator(bundled("assets", "models"), detector_range), VideoFile(clip)
    counts, times, looks = [], [], Looks()
    source.open()
    while frame := source.read():
        if frame.index % every == 0:
            begun = time.perf_counter()
            counts.append(len(looks.of(frame).locate(locator, frame)))
            times.append((time.perf_counter() - begun) * 1000)
    source.close()
    locator.close()
    return statistics.mean(counts), statistics.mean(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1)
    args = parser.parse_args()
    print("| clip | faces | " + " | ".join(f"{choice} (ms)" for choice in DetectorRange) + " |")  # noqa: T201
    print("| --- | --- " + "| --- " * len(DetectorRange) + "|")  # noqa: T201
    for clip in sorted(args.folder.iterdir()):
        if clip.stem in FACES and clip.suffix in (".mp4", ".mov"):
            cells = (measure(clip, choice, args.every) for choice in DetectorRange)
            print(f"| {clip.stem} | {FACES[clip.stem]} | " + " | ".join(f"{n:.2f} ({ms:.1f})" for n, ms in cells) + " |")  # noqa: T201


if __name__ == "__main__":
    main()
