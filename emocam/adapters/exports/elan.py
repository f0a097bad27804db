"""A document for ELAN (EAF 3.0): a tier per face with its episodes, one for the markers, the recording linked."""

from __future__ import annotations

import contextlib
import mimetypes
import os
from pathlib import Path
from xml.etree import ElementTree as ET

from emocam.adapters.exports.job import ExportJob
from emocam.adapters.exports.tiers import Tier, tiers_of
from emocam.adapters.exports.xml_text import xml_text

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA = "http://www.mpi.nl/tools/elan/EAFv3.0.xsd"
_FACE_TYPE, _MARKER_TYPE, _VOCABULARY = "expression", "marker", "expressions"
_CONSTRAINTS = {
    "Time_Subdivision": "Time subdivision of parent annotation's time interval, no time gaps allowed within this interval",
    "Symbolic_Subdivision": "Symbolic subdivision of a parent annotation. Annotations refering to the same parent are ordered",
    "Symbolic_Association": "1-1 association with a parent annotation",
    "Included_In": "Time alignable annotations within the parent annotation's time interval, gaps are allowed",
}


def write_elan(job: ExportJob, out: Path, ending: str) -> tuple[int, str]:
    ET.register_namespace("xsi", _XSI)
    root = ET.Element(
        "ANNOTATION_DOCUMENT",
        {
            "AUTHOR": xml_text(job.reader.meta.get("app", "emocam")),
            "DATE": job.made_at.isoformat(timespec="seconds"),
            "FORMAT": "3.0",
            "VERSION": "3.0",
            f"{{{_XSI}}}noNamespaceSchemaLocation": _SCHEMA,
        },
    )
    tiers = list(tiers_of(job))
    last = sum(len(tier.entries) for tier in tiers)
    _header(root, job, out, last)
    _body(root, tiers)
    _types(root, job)
    ET.indent(root)
    ET.ElementTree(root).write(out, "UTF-8", xml_declaration=True)
    return last, "1 annotation" if last == 1 else f"{last} annotations"


def _header(root: ET.Element, job: ExportJob, out: Path, annotations: int) -> None:
    header = ET.SubElement(root, "HEADER", {"MEDIA_FILE": "", "TIME_UNITS": "milliseconds"})
    if job.video is not None:
        video = job.video.resolve()
        attributes = {"MEDIA_URL": video.as_uri(), "MIME_TYPE": mimetypes.guess_type(video.name)[0] or "video/*"}
        with contextlib.suppress(ValueError):  # On another drive there is no way from here to there.
            way = Path(os.path.relpath(video, out.resolve().parent)).as_posix()
            attributes["RELATIVE_MEDIA_URL"] = way if way.startswith(".") else f"./{way}"
        ET.SubElement(header, "MEDIA_DESCRIPTOR", attributes)
    ET.SubElement(header, "PROPERTY", {"NAME": "lastUsedAnnotationId"}).text = str(annotations)
    ET.SubElement(header, "PROPERTY", {"NAME": "threshold"}).text = f"{job.rules.threshold:g}"


def _body(root: ET.Element, tiers: list[Tier]) -> None:
    order = ET.SubElement(root, "TIME_ORDER")
    times = sorted({time for tier in tiers for entry in tier.entries for time in (entry.start_ms, entry.end_ms)})
    slots = {time: f"ts{place}" for place, time in enumerate(times, 1)}
    for time, slot in slots.items():
        ET.SubElement(order, "TIME_SLOT", {"TIME_SLOT_ID": slot, "TIME_VALUE": str(time)})
    number = 0
    for tier in tiers:
        attributes = {"LINGUISTIC_TYPE_REF": _FACE_TYPE if tier.face else _MARKER_TYPE, "TIER_ID": tier.name}
        if tier.face:
            attributes["PARTICIPANT"] = tier.name
        element = ET.SubElement(root, "TIER", attributes)
        for entry in tier.entries:
            number += 1
            annotation = ET.SubElement(
                ET.SubElement(element, "ANNOTATION"),
                "ALIGNABLE_ANNOTATION",
                {
                    "ANNOTATION_ID": f"a{number}",
                    "TIME_SLOT_REF1": slots[entry.start_ms],
                    "TIME_SLOT_REF2": slots[entry.end_ms],
                },
            )
            ET.SubElement(annotation, "ANNOTATION_VALUE").text = xml_text(entry.text)


def _types(root: ET.Element, job: ExportJob) -> None:
    """What the schema wants after the tiers, in its order. The classes are a vocabulary, so that ELAN offers them in a list."""
    common = {"GRAPHIC_REFERENCES": "false", "TIME_ALIGNABLE": "true"}
    ET.SubElement(
        root,
        "LINGUISTIC_TYPE",
        {**common, "CONTROLLED_VOCABULARY_REF": _VOCABULARY, "LINGUISTIC_TYPE_ID": _FACE_TYPE},
    )
    ET.SubElement(root, "LINGUISTIC_TYPE", {**common, "LINGUISTIC_TYPE_ID": _MARKER_TYPE})
    ET.SubElement(root, "LANGUAGE", {"LANG_ID": "eng", "LANG_LABEL": "English (eng)"})
    for name, description in _CONSTRAINTS.items():
        ET.SubElement(root, "CONSTRAINT", {"DESCRIPTION": description, "STEREOTYPE": name})
    vocabulary = ET.SubElement(root, "CONTROLLED_VOCABULARY", {"CV_ID": _VOCABULARY})
    ET.SubElement(vocabulary, "DESCRIPTION", {"LANG_REF": "eng"}).text = "Expression as it appears, not what a person feels"
    for place, name in enumerate(job.classes):
        entry = ET.SubElement(vocabulary, "CV_ENTRY_ML", {"CVE_ID": f"cve_{place}"})
        ET.SubElement(entry, "CVE_VALUE", {"LANG_REF": "eng"}).text = xml_text(name)
