"""What the windows say, in the language of the user: English in the code, other languages as Qt's own translation files.

Files and exports stay as they are: classes, states and the like keep their English names there and are translated only where
they are shown.
"""

from __future__ import annotations

import re
from pathlib import Path

from PyQt6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator
from PyQt6.QtGui import QKeySequence

from emocam.domain.annotations import Annotations
from emocam.domain.errors import Sentence

_CONTEXT = "emocam"
_FOLDER = Path(__file__).parent / "translations"


def tr(text: str, **values: object) -> str:
    """`text` in the user's language, with `values` in its named places. `text` must stand there as a literal, to be found."""
    shown = QCoreApplication.translate(_CONTEXT, text)
    return shown.format(**values) if values else shown


def later(text: str) -> str:
    """Marks a literal that is translated when it is shown, by `word`."""
    return text


def word(text: str) -> str:
    """A text marked by `later`, or a title or hint of an export format, in the user's language; any other as it is."""
    return QCoreApplication.translate(_CONTEXT, text)


def told(said: str) -> str:
    """A `Sentence` of another layer in the user's language; so what the system says of the usual
    faults; any other text as it is."""
    if not isinstance(said, Sentence):
        return word(said) if said in _FAULTS else said
    shown = word(said.text) if said.text else ""  # Qt would translate nothing into the header of its file.
    values = {name: told(value) for name, value in said.values.items()}
    return shown.format(**values) if values else shown


def class_name(name: str) -> str:
    """Of a class, for the eye; a model may have classes that nobody has translated."""
    return word(name) if name in _CLASSES else name


def face_name(number: int, name: str = "") -> str:
    """The name that the user gave, or a number."""
    return name or tr("Face {number}", number=number)


def shown_name(annotations: Annotations, person: int) -> str:
    return face_name(person, annotations.person(person).name)


def amount(said: str) -> str:
    """Such as "240 rows", which an export says of itself."""
    number = re.search(r"\d+", said)
    if number is None:
        return word(said)
    return word(said.replace(number.group(), "{count}", 1)).replace("{count}", number.group())


def native_key(key: str) -> str:
    """As it stands on the user's keyboard: Ctrl+O is Strg+O on a German one."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def in_menu(text: str) -> str:
    """Somebody's own words as they are: in a menu a single & underlines what follows it."""
    return text.replace("&", "&&")


def tip_with(tip: str, key: str) -> str:
    return f"{tip} ({native_key(key)})"


def install_translator(application: QCoreApplication, language: str) -> None:
    """Before any window is made. language: a code such as de, or system for the first of the system's that there is; where
    there is no translation, English. Takes the place of the one before."""
    for old in application.findChildren(QTranslator):
        application.removeTranslator(old)
        old.deleteLater()
    wanted = QLocale.system().uiLanguages() if language == "system" else [language]
    codes = (re.split("[-_]", each)[0] for each in wanted)
    code = next((code for code in codes if code == "en" or _file(code).is_file()), "en")
    if code == "en":
        return
    qt = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)) / f"qtbase_{code}.qm"
    for path in (qt, _file(code)):
        translator = QTranslator(application)  # As its child it lives as long as the application.
        if translator.load(str(path)):
            application.installTranslator(translator)


def _file(code: str) -> Path:
    return _FOLDER / f"emocam_{code}.qm"


_CLASSES = (
    later("angry"),
    later("disgust"),
    later("fear"),
    later("happy"),
    later("sad"),
    later("surprise"),
    later("neutral"),
    later("contempt"),
    later("uncertain"),
)

# What the system says of a fault, as C's strerror words it.
_FAULTS = (
    later("No space left on device"),
    later("Permission denied"),
    later("No such file or directory"),
    later("Read-only file system"),
    later("Is a directory"),
    later("File name too long"),
    later("Input/output error"),
    later("Connection refused"),
)

# What other layers say in a word or two, and what the windows show of it.
_WORDS = (
    later("too small"),
    later("too dark"),
    later("too little contrast"),
    later("turned away"),
    later("waiting"),
    later("working"),
    later("done"),
    later("stopped"),
    later("failed"),
    later("{count} row"),
    later("{count} rows"),
    later("{count} event"),
    later("{count} events"),
    later("{count} annotation"),
    later("{count} annotations"),
    later("{count} subtitle"),
    later("{count} subtitles"),
    later("{count} interval"),
    later("{count} intervals"),
    later("{count} frame"),
    later("{count} frames"),
    later("{count} face"),
    later("{count} faces"),
    later("a chart of {count} face"),
    later("a chart of {count} faces"),
    later("a report on {count} face"),
    later("a report on {count} faces"),
)
