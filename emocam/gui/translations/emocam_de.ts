<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" sourcelanguage="en" language="de">
    <context>
        <name>emocam</name>
        <message>
            <source>Something went wrong inside emocam; nothing was changed, and the log says more.</source>
            <translation>In emocam ist etwas schiefgegangen. Nichts wurde geändert; mehr steht im Protokoll.</translation>
        </message>
        <message>
            <source>Source</source>
            <translation>Quelle</translation>
        </message>
        <message>
            <source>▶  Start</source>
            <translation>▶  Start</translation>
        </message>
        <message>
            <source>❚❚  Pause</source>
            <translation>❚❚  Pause</translation>
        </message>
        <message>
            <source>⚑  Mark</source>
            <translation>⚑  Marker</translation>
        </message>
        <message>
            <source>Export…</source>
            <translation>Exportieren …</translation>
        </message>
        <message>
            <source>Settings and more</source>
            <translation>Einstellungen und mehr</translation>
        </message>
        <message>
            <source>Open file…</source>
            <translation>Datei öffnen …</translation>
        </message>
        <message>
            <source>Network camera…</source>
            <translation>Netzwerkkamera …</translation>
        </message>
        <message>
            <source>Demo clip</source>
            <translation>Demo</translation>
        </message>
        <message>
            <source>Settings…</source>
            <translation>Einstellungen …</translation>
        </message>
        <message>
            <source>Look at what was recorded</source>
            <translation>Aufnahme ansehen</translation>
        </message>
        <message>
            <source>Open the recordings folder</source>
            <translation>Ordner der Aufnahmen öffnen</translation>
        </message>
        <message>
            <source>Keyboard…</source>
            <translation>Tastatur …</translation>
        </message>
        <message>
            <source>Choose a camera, a file or an address</source>
            <translation>Kamera, Datei oder Adresse wählen</translation>
        </message>
        <message>
            <source>Pause and go on</source>
            <translation>Pausieren und fortfahren</translation>
        </message>
        <message>
            <source>Set a marker at this moment</source>
            <translation>Marker in diesem Moment setzen</translation>
        </message>
        <message>
            <source>Take the timeline away: table, chart, report</source>
            <translation>Zeitverlauf exportieren: Tabelle, Diagramm, Bericht</translation>
        </message>
        <message>
            <source>■  Stop</source>
            <translation>■  Stopp</translation>
        </message>
        <message>
            <source>▶  Go on</source>
            <translation>▶  Weiter</translation>
        </message>
        <message>
            <source>Source: {name}</source>
            <translation>Quelle: {name}</translation>
        </message>
        <message>
            <source>First camera</source>
            <translation>Erste Kamera</translation>
        </message>
        <message>
            <source>Stop and close the session</source>
            <translation>Stoppen und die Sitzung schließen</translation>
        </message>
        <message>
            <source>Start the source</source>
            <translation>Quelle starten</translation>
        </message>
        <message>
            <source>● Rec {time}</source>
            <translation>● Aufnahme {time}</translation>
        </message>
        <message>
            <source>○ Rec {time}</source>
            <translation>○ Aufnahme {time}</translation>
        </message>
        <message>
            <source>Recorded to {path}</source>
            <translation>Wird aufgezeichnet in {path}</translation>
        </message>
        <message>
            <source>Nothing is being recorded now; it goes on in {path}</source>
            <translation>Gerade wird nichts aufgezeichnet; weiter geht es in {path}</translation>
        </message>
        <message>
            <source>There is no file {names}; check the name.</source>
            <translation>Es gibt keine Datei {names}; bitte den Namen prüfen.</translation>
        </message>
        <message>
            <source>There is no video, picture or session there.</source>
            <translation>Dort ist kein Video, kein Bild und keine Sitzung.</translation>
        </message>
        <message>
            <source>{name} is there already. Replace it?</source>
            <translation>{name} gibt es schon. Ersetzen?</translation>
        </message>
        <message>
            <source>This needs the recording itself, which can't be found; File, “Find the video…” helps.</source>
            <translation>Dafür wird die Aufnahme selbst gebraucht, sie ist aber nicht zu finden. Abhilfe: Datei, „Video suchen …“.</translation>
        </message>
        <message>
            <source>An export is being written; closed now, it leaves nothing. Close all the same?</source>
            <translation>Ein Export wird geschrieben; wird jetzt geschlossen, bleibt nichts davon. Trotzdem schließen?</translation>
        </message>
        <message>
            <source>An export is being written; closed now, it leaves nothing.</source>
            <translation>Ein Export wird geschrieben; wird jetzt geschlossen, bleibt nichts davon.</translation>
        </message>
        <message>
            <source>Export {title}</source>
            <translation>{title} exportieren</translation>
        </message>
        <message>
            <source>Saved {what} to {path}</source>
            <translation>Gespeichert: {what} unter {path}</translation>
        </message>
        <message>
            <source>Writing {name}…</source>
            <translation>{name} wird geschrieben …</translation>
        </message>
        <message>
            <source>A session of a camera holds no pictures; where somebody filmed along, emocam export --video does it.</source>
            <translation>Die Sitzung einer Kamera enthält keine Bilder; wo jemand mitgefilmt hat, hilft emocam export --video.</translation>
        </message>
        <message>
            <source>The analysis is not finished; what is there by then is exported.</source>
            <translation>Die Analyse ist nicht fertig; exportiert wird, was bis dahin da ist.</translation>
        </message>
        <message>
            <source>Export</source>
            <translation>Exportieren</translation>
        </message>
        <message>
            <source>Formats</source>
            <translation>Formate</translation>
        </message>
        <message>
            <source>the start</source>
            <translation>Anfang</translation>
        </message>
        <message>
            <source>the end</source>
            <translation>Ende</translation>
        </message>
        <message>
            <source>Faces to export</source>
            <translation>Zu exportierende Gesichter</translation>
        </message>
        <message>
            <source>one per frame</source>
            <translation>eine je Bild</translation>
        </message>
        <message>
            <source>A row holds the mean over so many seconds</source>
            <translation>Eine Zeile enthält das Mittel über so viele Sekunden</translation>
        </message>
        <message>
            <source>A class counts as shown from this probability on</source>
            <translation>Ab dieser Wahrscheinlichkeit gilt eine Klasse als gezeigt</translation>
        </message>
        <message>
            <source>The model's own probabilities, not smoothed</source>
            <translation>Ungeglättete Wahrscheinlichkeiten des Modells</translation>
        </message>
        <message>
            <source>Hide faces, so that nobody is known again</source>
            <translation>Gesichter unkenntlich machen</translation>
        </message>
        <message>
            <source>File</source>
            <translation>Datei</translation>
        </message>
        <message>
            <source>Browse…</source>
            <translation>Durchsuchen …</translation>
        </message>
        <message>
            <source>&amp;Range</source>
            <translation>&amp;Bereich</translation>
        </message>
        <message>
            <source>&amp;Faces</source>
            <translation>&amp;Gesichter</translation>
        </message>
        <message>
            <source>Ro&amp;ws</source>
            <translation>&amp;Zeilen</translation>
        </message>
        <message>
            <source>&amp;Threshold</source>
            <translation>&amp;Schwelle</translation>
        </message>
        <message>
            <source>Fi&amp;le</source>
            <translation>&amp;Datei</translation>
        </message>
        <message>
            <source>Progress of the export</source>
            <translation>Fortschritt des Exports</translation>
        </message>
        <message>
            <source>Open the folder</source>
            <translation>Ordner öffnen</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Schließen</translation>
        </message>
        <message>
            <source>The range ends before it starts.</source>
            <translation>Der Bereich endet, bevor er beginnt.</translation>
        </message>
        <message>
            <source>Choose at least one face.</source>
            <translation>Mindestens ein Gesicht auswählen.</translation>
        </message>
        <message>
            <source>Choose where to save it.</source>
            <translation>Speicherort wählen.</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>Abbrechen</translation>
        </message>
        <message>
            <source>From</source>
            <translation>Von</translation>
        </message>
        <message>
            <source>To</source>
            <translation>Bis</translation>
        </message>
        <message>
            <source>to</source>
            <translation>bis</translation>
        </message>
        <message>
            <source>A time is seconds, m:ss or h:mm:ss; an empty one is the start or the end.</source>
            <translation>Zeiten in Sekunden, als m:ss oder als h:mm:ss angeben; leer bedeutet Anfang oder Ende.</translation>
        </message>
        <message>
            <source>the analysis goes up to {time} only</source>
            <translation>die Analyse reicht nur bis {time}</translation>
        </message>
        <message>
            <source>recording</source>
            <translation>Aufnahme</translation>
        </message>
        <message>
            <source>Face to show</source>
            <translation>Angezeigtes Gesicht</translation>
        </message>
        <message>
            <source>Which face the bars and the timeline show</source>
            <translation>Welches Gesicht die Balken und der Zeitverlauf zeigen</translation>
        </message>
        <message>
            <source>What the model sees</source>
            <translation>Was das Modell sieht</translation>
        </message>
        <message>
            <source>easy to read</source>
            <translation>gut erkennbar</translation>
        </message>
        <message>
            <source>hard to read: {why}</source>
            <translation>schwer erkennbar: {why}</translation>
        </message>
        <message>
            <source>Probability of each expression</source>
            <translation>Wahrscheinlichkeit jedes Ausdrucks</translation>
        </message>
        <message>
            <source>No face</source>
            <translation>Kein Gesicht</translation>
        </message>
        <message>
            <source>Looking for recordings in {name}…</source>
            <translation>In {name} wird nach Aufnahmen gesucht …</translation>
        </message>
        <message>
            <source>Show or hide {expression}</source>
            <translation>{expression} ein- oder ausblenden</translation>
        </message>
        <message>
            <source>Open a camera, a video or the demo to see the expression of each face over time.</source>
            <translation>Eine Kamera, ein Video oder die Demo öffnen und den Ausdruck jedes Gesichts im Zeitverlauf sehen.</translation>
        </message>
        <message>
            <source>Address of the camera (http:// or rtsp://).
emocam connects to it and to nothing else.</source>
            <translation>Adresse der Kamera (http:// oder rtsp://).
emocam verbindet sich nur mit ihr.</translation>
        </message>
        <message>
            <source>Ready</source>
            <translation>Bereit</translation>
        </message>
        <message>
            <source>Marker set at {seconds} s</source>
            <translation>Marker gesetzt bei {seconds} s</translation>
        </message>
        <message>
            <source>The address begins with http:// or rtsp://, as the camera's papers say.</source>
            <translation>Die Adresse beginnt mit http:// oder rtsp://, wie es in den Unterlagen der Kamera steht.</translation>
        </message>
        <message>
            <source>The recording is being completed…</source>
            <translation>Die Aufzeichnung wird abgeschlossen …</translation>
        </message>
        <message>
            <source>Keyboard</source>
            <translation>Tastatur</translation>
        </message>
        <message>
            <source>mark {time}</source>
            <translation>Marker {time}</translation>
        </message>
        <message>
            <source>No recording, so no marker</source>
            <translation>Ohne Aufzeichnung kein Marker</translation>
        </message>
        <message>
            <source>Network camera</source>
            <translation>Netzwerkkamera</translation>
        </message>
        <message>
            <source>There is nothing to export yet; start a camera, with recording on.</source>
            <translation>Noch gibt es nichts zu exportieren. Dazu eine Kamera mit eingeschalteter Aufzeichnung starten.</translation>
        </message>
        <message>
            <source>This holds from the next start on</source>
            <translation>Gilt ab dem nächsten Start</translation>
        </message>
        <message>
            <source>There is no recording yet; start a camera, with recording on.</source>
            <translation>Noch gibt es keine Aufnahme. Dazu eine Kamera mit eingeschalteter Aufzeichnung starten.</translation>
        </message>
        <message>
            <source>Choose a source</source>
            <translation>Quelle wählen</translation>
        </message>
        <message>
            <source>Start and stop</source>
            <translation>Starten und stoppen</translation>
        </message>
        <message>
            <source>Set a marker</source>
            <translation>Marker setzen</translation>
        </message>
        <message>
            <source>Follow the newest in the timeline</source>
            <translation>Dem Neuesten im Zeitverlauf folgen</translation>
        </message>
        <message>
            <source>Open a file</source>
            <translation>Datei öffnen</translation>
        </message>
        <message>
            <source>Settings</source>
            <translation>Einstellungen</translation>
        </message>
        <message>
            <source>Full screen</source>
            <translation>Vollbild</translation>
        </message>
        <message>
            <source>This sheet</source>
            <translation>Diese Übersicht</translation>
        </message>
        <message>
            <source>{path} can't be made ({reason}); choose another folder in the settings.</source>
            <translation>{path} kann nicht angelegt werden ({reason}); in den Einstellungen einen anderen Ordner wählen.</translation>
        </message>
        <message>
            <source>loading…</source>
            <translation>lädt …</translation>
        </message>
        <message>
            <source>time (s)</source>
            <translation>Zeit (s)</translation>
        </message>
        <message>
            <source>probability</source>
            <translation>Wahrscheinlichkeit</translation>
        </message>
        <message>
            <source>Picture</source>
            <translation>Bild</translation>
        </message>
        <message>
            <source>Near and far</source>
            <translation>Nah und fern</translation>
        </message>
        <message>
            <source>Near faces only (fastest)</source>
            <translation>Nur nahe Gesichter (am schnellsten)</translation>
        </message>
        <message>
            <source>Far faces, unchecked</source>
            <translation>Ferne Gesichter, ungeprüft</translation>
        </message>
        <message>
            <source>off</source>
            <translation>aus</translation>
        </message>
        <message>
            <source>Keep a session file of every live run</source>
            <translation>Live-Sitzungen aufzeichnen, jede in eine Sitzungsdatei</translation>
        </message>
        <message>
            <source>Appearance, numbers and threshold change at once, model and language when emocam is started anew, the rest when a camera is started or a file analysed.</source>
            <translation>Darstellung, Zahlen und Schwelle wechseln sofort, Modell und Sprache beim nächsten Start von emocam, alles andere mit dem nächsten Start einer Kamera oder der nächsten Analyse.</translation>
        </message>
        <message>
            <source>Folder for session files</source>
            <translation>Ordner für Sitzungsdateien</translation>
        </message>
        <message>
            <source>GPU where there is one</source>
            <translation>GPU, falls vorhanden</translation>
        </message>
        <message>
            <source>As the system</source>
            <translation>Wie das System</translation>
        </message>
        <message>
            <source>Light</source>
            <translation>Hell</translation>
        </message>
        <message>
            <source>Dark</source>
            <translation>Dunkel</translation>
        </message>
        <message>
            <source>Analysis</source>
            <translation>Analyse</translation>
        </message>
        <message>
            <source>Recordings</source>
            <translation>Aufnahmen</translation>
        </message>
        <message>
            <source>Window</source>
            <translation>Fenster</translation>
        </message>
        <message>
            <source>{path} can't be made ({reason}); choose another folder.</source>
            <translation>{path} kann nicht angelegt werden ({reason}); bitte einen anderen Ordner wählen.</translation>
        </message>
        <message>
            <source>&amp;Model</source>
            <translation>&amp;Modell</translation>
        </message>
        <message>
            <source>&amp;Runs on</source>
            <translation>&amp;Recheneinheit</translation>
        </message>
        <message>
            <source>&amp;Smoothing</source>
            <translation>Glä&amp;ttung</translation>
        </message>
        <message>
            <source>Fo&amp;lder</source>
            <translation>&amp;Ordner</translation>
        </message>
        <message>
            <source>&amp;Appearance</source>
            <translation>&amp;Darstellung</translation>
        </message>
        <message>
            <source>Lan&amp;guage</source>
            <translation>S&amp;prache</translation>
        </message>
        <message>
            <source>&amp;Numbers</source>
            <translation>&amp;Zahlen</translation>
        </message>
        <message>
            <source>Open videos, pictures or sessions</source>
            <translation>Videos, Bilder oder Sitzungen öffnen</translation>
        </message>
        <message>
            <source>Timeline of the selected face</source>
            <translation>Zeitverlauf des gewählten Gesichts</translation>
        </message>
        <message>
            <source>● live</source>
            <translation>● live</translation>
        </message>
        <message>
            <source>Follow the newest again</source>
            <translation>Wieder dem Neuesten folgen</translation>
        </message>
        <message>
            <source>Main</source>
            <translation>Hauptleiste</translation>
        </message>
        <message>
            <source>angry</source>
            <translation>Ärger</translation>
        </message>
        <message>
            <source>disgust</source>
            <translation>Ekel</translation>
        </message>
        <message>
            <source>fear</source>
            <translation>Angst</translation>
        </message>
        <message>
            <source>happy</source>
            <translation>Freude</translation>
        </message>
        <message>
            <source>sad</source>
            <translation>Trauer</translation>
        </message>
        <message>
            <source>surprise</source>
            <translation>Überraschung</translation>
        </message>
        <message>
            <source>neutral</source>
            <translation>neutral</translation>
        </message>
        <message>
            <source>contempt</source>
            <translation>Verachtung</translation>
        </message>
        <message>
            <source>uncertain</source>
            <translation>unsicher</translation>
        </message>
        <message>
            <source>No space left on device</source>
            <translation>kein Platz auf dem Datenträger</translation>
        </message>
        <message>
            <source>Permission denied</source>
            <translation>keine Berechtigung</translation>
        </message>
        <message>
            <source>No such file or directory</source>
            <translation>Datei oder Ordner nicht gefunden</translation>
        </message>
        <message>
            <source>Read-only file system</source>
            <translation>Datenträger ist schreibgeschützt</translation>
        </message>
        <message>
            <source>Is a directory</source>
            <translation>das ist ein Ordner</translation>
        </message>
        <message>
            <source>File name too long</source>
            <translation>Dateiname zu lang</translation>
        </message>
        <message>
            <source>Input/output error</source>
            <translation>Lese- oder Schreibfehler</translation>
        </message>
        <message>
            <source>Connection refused</source>
            <translation>Verbindung abgelehnt</translation>
        </message>
        <message>
            <source>too small</source>
            <translation>zu klein</translation>
        </message>
        <message>
            <source>too dark</source>
            <translation>zu dunkel</translation>
        </message>
        <message>
            <source>too little contrast</source>
            <translation>zu wenig Kontrast</translation>
        </message>
        <message>
            <source>turned away</source>
            <translation>abgewandt</translation>
        </message>
        <message>
            <source>waiting</source>
            <translation>wartet</translation>
        </message>
        <message>
            <source>working</source>
            <translation>in Arbeit</translation>
        </message>
        <message>
            <source>done</source>
            <translation>fertig</translation>
        </message>
        <message>
            <source>stopped</source>
            <translation>gestoppt</translation>
        </message>
        <message>
            <source>failed</source>
            <translation>fehlgeschlagen</translation>
        </message>
        <message>
            <source>{count} row</source>
            <translation>{count} Zeile</translation>
        </message>
        <message>
            <source>{count} rows</source>
            <translation>{count} Zeilen</translation>
        </message>
        <message>
            <source>{count} event</source>
            <translation>{count} Ereignis</translation>
        </message>
        <message>
            <source>{count} events</source>
            <translation>{count} Ereignisse</translation>
        </message>
        <message>
            <source>{count} annotation</source>
            <translation>{count} Annotation</translation>
        </message>
        <message>
            <source>{count} annotations</source>
            <translation>{count} Annotationen</translation>
        </message>
        <message>
            <source>{count} subtitle</source>
            <translation>{count} Untertitel</translation>
        </message>
        <message>
            <source>{count} subtitles</source>
            <translation>{count} Untertitel</translation>
        </message>
        <message>
            <source>{count} interval</source>
            <translation>{count} Intervall</translation>
        </message>
        <message>
            <source>{count} intervals</source>
            <translation>{count} Intervalle</translation>
        </message>
        <message>
            <source>{count} frame</source>
            <translation>{count} Bild</translation>
        </message>
        <message>
            <source>{count} frames</source>
            <translation>{count} Bilder</translation>
        </message>
        <message>
            <source>{count} face</source>
            <translation>{count} Gesicht</translation>
        </message>
        <message>
            <source>{count} faces</source>
            <translation>{count} Gesichter</translation>
        </message>
        <message>
            <source>a chart of {count} face</source>
            <translation>ein Diagramm mit {count} Gesicht</translation>
        </message>
        <message>
            <source>a chart of {count} faces</source>
            <translation>ein Diagramm mit {count} Gesichtern</translation>
        </message>
        <message>
            <source>a report on {count} face</source>
            <translation>ein Bericht über {count} Gesicht</translation>
        </message>
        <message>
            <source>a report on {count} faces</source>
            <translation>ein Bericht über {count} Gesichter</translation>
        </message>
        <message>
            <source>Face {number}</source>
            <translation>Gesicht {number}</translation>
        </message>
        <message>
            <source>Start the &amp;camera</source>
            <translation>&amp;Kamera starten</translation>
        </message>
        <message>
            <source>&amp;Open file…</source>
            <translation>Datei ö&amp;ffnen …</translation>
        </message>
        <message>
            <source>Play the &amp;demo</source>
            <translation>&amp;Demo abspielen</translation>
        </message>
        <message>
            <source>camera {captured}/s · analysed {analysed}/s · {latency} ms · dropped {dropped}</source>
            <translation>Kamera {captured}/s · analysiert {analysed}/s · {latency} ms · ausgelassen {dropped}</translation>
        </message>
        <message>
            <source>{count} frames analysed · dropped {dropped}</source>
            <translation>{count} Bilder analysiert · {dropped} ausgelassen</translation>
        </message>
        <message>
            <source>Stopped after {count} frames; what is done is kept.</source>
            <translation>Gestoppt nach {count} Bildern; das Fertige bleibt erhalten.</translation>
        </message>
        <message>
            <source>Waits until another file is done…</source>
            <translation>Wartet, bis eine andere Datei fertig ist …</translation>
        </message>
        <message>
            <source>Reading</source>
            <translation>Einlesen</translation>
        </message>
        <message>
            <source>Analysing</source>
            <translation>Analyse</translation>
        </message>
        <message>
            <source>{what}…</source>
            <translation>{what} …</translation>
        </message>
        <message>
            <source>No face in the picture</source>
            <translation>Kein Gesicht im Bild</translation>
        </message>
        <message>
            <source>Opening the source…</source>
            <translation>Quelle wird geöffnet …</translation>
        </message>
        <message>
            <source>Loading the model…</source>
            <translation>Modell wird geladen …</translation>
        </message>
        <message>
            <source>Paused</source>
            <translation>Pausiert</translation>
        </message>
        <message>
            <source>Saved to {path}.</source>
            <translation>Gespeichert unter {path}.</translation>
        </message>
        <message>
            <source>{count} frame analysed · dropped {dropped}</source>
            <translation>{count} Bild analysiert · {dropped} ausgelassen</translation>
        </message>
        <message>
            <source>Stopped after {count} frame; what is done is kept.</source>
            <translation>Gestoppt nach {count} Bild; das Fertige bleibt erhalten.</translation>
        </message>
        <message>
            <source>no face in it</source>
            <translation>kein Gesicht darin</translation>
        </message>
        <message>
            <source>no face in any of them</source>
            <translation>in keinem ein Gesicht</translation>
        </message>
        <message>
            <source>frame {number}</source>
            <translation>Bild {number}</translation>
        </message>
        <message>
            <source>All files</source>
            <translation>Alle Dateien</translation>
        </message>
        <message>
            <source>The camera does not answer…</source>
            <translation>Die Kamera antwortet nicht …</translation>
        </message>
        <message>
            <source>Too dark: the picture is black. Is the lens covered?</source>
            <translation>Zu dunkel: Das Bild ist schwarz. Ist das Objektiv verdeckt?</translation>
        </message>
        <message>
            <source>The camera keeps sending the same picture.</source>
            <translation>Die Kamera sendet immer dasselbe Bild.</translation>
        </message>
        <message>
            <source>The end of the recording.</source>
            <translation>Ende der Aufnahme.</translation>
        </message>
        <message>
            <source>Stopped.</source>
            <translation>Gestoppt.</translation>
        </message>
        <message>
            <source>{time} left</source>
            <translation>noch {time}</translation>
        </message>
        <message>
            <source>analysis stopped before the end</source>
            <translation>Analyse vor dem Ende gestoppt</translation>
        </message>
        <message>
            <source>analysed before</source>
            <translation>schon früher analysiert</translation>
        </message>
        <message>
            <source>it ends before its time and may be cut off</source>
            <translation>die Aufnahme endet zu früh und ist vielleicht abgeschnitten</translation>
        </message>
        <message>
            <source>Open…</source>
            <translation>Öffnen …</translation>
        </message>
        <message>
            <source>Camera</source>
            <translation>Kamera</translation>
        </message>
        <message>
            <source>Progress of the analysis</source>
            <translation>Fortschritt der Analyse</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>Stoppen</translation>
        </message>
        <message>
            <source>Stop the analysis; what is done is kept</source>
            <translation>Analyse stoppen; das Fertige bleibt erhalten</translation>
        </message>
        <message>
            <source>Go to the live window</source>
            <translation>Zum Live-Fenster wechseln</translation>
        </message>
        <message>
            <source>Set a marker at the playhead</source>
            <translation>Marker an der Abspielposition setzen</translation>
        </message>
        <message>
            <source>Take the results away</source>
            <translation>Ergebnisse exportieren</translation>
        </message>
        <message>
            <source>Lines</source>
            <translation>Linien</translation>
        </message>
        <message>
            <source>Stacked</source>
            <translation>Gestapelt</translation>
        </message>
        <message>
            <source>Kind of chart</source>
            <translation>Art des Diagramms</translation>
        </message>
        <message>
            <source>Lines, or the classes stacked up to 1</source>
            <translation>Linien oder die Klassen, bis 1 gestapelt</translation>
        </message>
        <message>
            <source>as analysed</source>
            <translation>wie analysiert</translation>
        </message>
        <message>
            <source>Smoothing</source>
            <translation>Glättung</translation>
        </message>
        <message>
            <source>Smoothing: time constant in seconds, 0 shows the model's own values</source>
            <translation>Glättung: Zeitkonstante in Sekunden; 0 zeigt die Werte des Modells selbst</translation>
        </message>
        <message>
            <source>Timeline of the selected faces</source>
            <translation>Zeitverlauf der gewählten Gesichter</translation>
        </message>
        <message>
            <source>not analysed</source>
            <translation>nicht analysiert</translation>
        </message>
        <message>
            <source>The whole recording</source>
            <translation>Die ganze Aufnahme</translation>
        </message>
        <message>
            <source>not in the picture</source>
            <translation>nicht im Bild</translation>
        </message>
        <message>
            <source>time</source>
            <translation>Zeit</translation>
        </message>
        <message>
            <source>span {number}</source>
            <translation>Spanne {number}</translation>
        </message>
        <message>
            <source>rename {face}</source>
            <translation>({face} umbenennen)</translation>
        </message>
        <message>
            <source>merge into {face}</source>
            <translation>(mit {face} verbinden)</translation>
        </message>
        <message>
            <source>split {face}</source>
            <translation>({face} teilen)</translation>
        </message>
        <message>
            <source>set a marker</source>
            <translation>(Marker setzen)</translation>
        </message>
        <message>
            <source>Marker set at {time}; its label can be typed in the list.</source>
            <translation>Marker gesetzt bei {time}; die Beschriftung lässt sich in der Liste eingeben.</translation>
        </message>
        <message>
            <source>change a marker</source>
            <translation>(Marker ändern)</translation>
        </message>
        <message>
            <source>remove markers</source>
            <translation>(Marker entfernen)</translation>
        </message>
        <message>
            <source>set {label}</source>
            <translation>({label} setzen)</translation>
        </message>
        <message>
            <source>Faces can be merged once the analysis is done: until then they may still come into the picture together.</source>
            <translation>Gesichter lassen sich erst nach dem Ende der Analyse verbinden: Bis dahin können sie noch zusammen ins Bild kommen.</translation>
        </message>
        <message>
            <source>These faces are in the picture together at {time}, so they are not one person.</source>
            <translation>Diese Gesichter sind bei {time} zugleich im Bild, gehören also nicht zu einer Person.</translation>
        </message>
        <message>
            <source>A face can be split once the analysis is done: until then numbers are still being given.</source>
            <translation>Ein Gesicht lässt sich erst nach dem Ende der Analyse teilen: Bis dahin werden noch Nummern vergeben.</translation>
        </message>
        <message>
            <source>Put the playhead between the two people: on one side of it this face was never there.</source>
            <translation>Die Abspielposition muss zwischen den beiden Personen liegen: Auf einer Seite kommt dieses Gesicht nie vor.</translation>
        </message>
        <message>
            <source>hide faces</source>
            <translation>(Gesichter ausblenden)</translation>
        </message>
        <message>
            <source>show faces</source>
            <translation>(Gesichter einblenden)</translation>
        </message>
        <message>
            <source>marker {number}</source>
            <translation>Marker {number}</translation>
        </message>
        <message>
            <source>Choose a range first: I at its start, O at its end.</source>
            <translation>Zuerst einen Bereich wählen: I am Anfang, O am Ende.</translation>
        </message>
        <message>
            <source>The recording ends at {time}, so no marker can be after it.</source>
            <translation>Die Aufnahme endet bei {time}, danach kann kein Marker stehen.</translation>
        </message>
        <message>
            <source>{label} begins at {time}; press the key again where it ends.</source>
            <translation>{label} beginnt bei {time}; am Ende die Taste noch einmal drücken.</translation>
        </message>
        <message>
            <source>Names and markers of {name} can't be kept, as its analysis has not begun.</source>
            <translation>Namen und Marker von {name} können nicht gespeichert werden, weil die Analyse nicht begonnen hat.</translation>
        </message>
        <message>
            <source>point</source>
            <translation>Zeitpunkt</translation>
        </message>
        <message>
            <source>state</source>
            <translation>Zustand</translation>
        </message>
        <message>
            <source>Keys of your own</source>
            <translation>Eigene Tasten</translation>
        </message>
        <message>
            <source>A point key sets a marker at the playhead; a state key begins a span and, pressed again, ends it.</source>
            <translation>Eine Taste für einen Zeitpunkt setzt einen Marker an der Abspielposition; eine für einen Zustand beginnt eine Spanne und beendet sie beim nächsten Drücken.</translation>
        </message>
        <message>
            <source>Kind</source>
            <translation>Art</translation>
        </message>
        <message>
            <source>Key</source>
            <translation>Taste</translation>
        </message>
        <message>
            <source>Label</source>
            <translation>Beschriftung</translation>
        </message>
        <message>
            <source>Add</source>
            <translation>Hinzufügen</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>Entfernen</translation>
        </message>
        <message>
            <source>“{label}” has no key as yet; write one such as 1, X or Ctrl+1.</source>
            <translation>„{label}“ hat noch keine Taste; eine wie 1, X oder Strg+1 eintragen.</translation>
        </message>
        <message>
            <source>One of the keys is none; write it as 1, X or Ctrl+1.</source>
            <translation>Eine der Angaben ist keine Taste; gemeint sind Tasten wie 1, X oder Strg+1.</translation>
        </message>
        <message>
            <source>{key} is needed in lists and fields; choose another key.</source>
            <translation>{key} wird in Listen und Feldern gebraucht; eine andere Taste wählen.</translation>
        </message>
        <message>
            <source>{key} already means “{command}”; choose another key.</source>
            <translation>{key} bedeutet schon „{command}“; eine andere Taste wählen.</translation>
        </message>
        <message>
            <source>{key} stands there twice; choose another key for one of them.</source>
            <translation>{key} kommt zweimal vor; für eine davon eine andere Taste wählen.</translation>
        </message>
        <message>
            <source>Faces</source>
            <translation>Gesichter</translation>
        </message>
        <message>
            <source>Choose one or several to see them in the chart; double-click to rename</source>
            <translation>Eines oder mehrere wählen, um sie im Diagramm zu sehen; Doppelklick zum Umbenennen</translation>
        </message>
        <message>
            <source>Mean of the chosen faces</source>
            <translation>Mittel der gewählten Gesichter</translation>
        </message>
        <message>
            <source>Rename…</source>
            <translation>Umbenennen …</translation>
        </message>
        <message>
            <source>Merge</source>
            <translation>Verbinden</translation>
        </message>
        <message>
            <source>Split here</source>
            <translation>Teilen</translation>
        </message>
        <message>
            <source>Hide</source>
            <translation>Ausblenden</translation>
        </message>
        <message>
            <source>Make the chosen faces one person</source>
            <translation>Die gewählten Gesichter zu einer Person verbinden</translation>
        </message>
        <message>
            <source>From the playhead on, make the chosen face another person</source>
            <translation>Das gewählte Gesicht ab der Abspielposition einer anderen Person zuordnen</translation>
        </message>
        <message>
            <source>Leave the chosen faces out of charts and exports, or bring them back</source>
            <translation>Die gewählten Gesichter in Diagrammen und Exporten weglassen oder wieder aufnehmen</translation>
        </message>
        <message>
            <source>Rename</source>
            <translation>Umbenennen</translation>
        </message>
        <message>
            <source>mostly {expression}</source>
            <translation>meist {expression}</translation>
        </message>
        <message>
            <source>Name of {face}:</source>
            <translation>Name von {face}:</translation>
        </message>
        <message>
            <source>Show</source>
            <translation>Einblenden</translation>
        </message>
        <message>
            <source>{name}, {seconds} second, mostly {expression}</source>
            <translation>{name}, {seconds} Sekunde, meist {expression}</translation>
        </message>
        <message>
            <source>{name}, {seconds} seconds, mostly {expression}</source>
            <translation>{name}, {seconds} Sekunden, meist {expression}</translation>
        </message>
        <message>
            <source>hidden</source>
            <translation>ausgeblendet</translation>
        </message>
        <message>
            <source>Markers and spans</source>
            <translation>Marker und Spannen</translation>
        </message>
        <message>
            <source>M sets a marker at the playhead; I and O choose a range, Shift+M makes it a span; F2 edits a label.</source>
            <translation>M setzt einen Marker an der Abspielposition; I und O wählen einen Bereich, Umschalt+M macht ihn zur Spanne; F2 ändert eine Beschriftung.</translation>
        </message>
        <message>
            <source>Start</source>
            <translation>Anfang</translation>
        </message>
        <message>
            <source>End</source>
            <translation>Ende</translation>
        </message>
        <message>
            <source>Mark</source>
            <translation>Marker</translation>
        </message>
        <message>
            <source>Span</source>
            <translation>Spanne</translation>
        </message>
        <message>
            <source>Keys…</source>
            <translation>Tasten …</translation>
        </message>
        <message>
            <source>Keys of your own that set markers and spans</source>
            <translation>Eigene Tasten, die Marker und Spannen setzen</translation>
        </message>
        <message>
            <source>Make a span of the chosen range</source>
            <translation>Gewählten Bereich zur Spanne machen</translation>
        </message>
        <message>
            <source>Remove the chosen markers</source>
            <translation>Gewählte Marker entfernen</translation>
        </message>
        <message>
            <source>&amp;Undo</source>
            <translation>&amp;Rückgängig</translation>
        </message>
        <message>
            <source>&amp;Redo</source>
            <translation>&amp;Wiederholen</translation>
        </message>
        <message>
            <source>span</source>
            <translation>Spanne</translation>
        </message>
        <message>
            <source>marker</source>
            <translation>Marker</translation>
        </message>
        <message>
            <source>The picture can't be shown; the log says more.</source>
            <translation>Das Bild lässt sich nicht anzeigen; mehr steht im Protokoll.</translation>
        </message>
        <message>
            <source>at work</source>
            <translation>in Arbeit</translation>
        </message>
        <message>
            <source>Stop all</source>
            <translation>Alle stoppen</translation>
        </message>
        <message>
            <source>Stop what is being analysed, and let nothing that waits begin</source>
            <translation>Laufende Analysen stoppen und keine wartende beginnen</translation>
        </message>
        <message>
            <source>{done} of {count} done</source>
            <translation>{done} von {count} fertig</translation>
        </message>
        <message>
            <source>{path} can't be opened: something went wrong inside emocam, and the log says more.</source>
            <translation>{path} lässt sich nicht öffnen: In emocam ist etwas schiefgegangen. Mehr steht im Protokoll.</translation>
        </message>
        <message>
            <source>Remove from the list</source>
            <translation>Aus der Liste entfernen</translation>
        </message>
        <message>
            <source>The snapshot can't be written to {path}; make room, or let emocam write there.</source>
            <translation>Das Standbild kann nicht nach {path} geschrieben werden; bitte Platz schaffen oder emocam dort Schreibrechte geben.</translation>
        </message>
        <message>
            <source>There is no picture here to save.</source>
            <translation>Hier ist kein Bild, das sich speichern ließe.</translation>
        </message>
        <message>
            <source>Snapshot saved to {path}</source>
            <translation>Standbild gespeichert unter {path}</translation>
        </message>
        <message>
            <source>Transitions: {most}</source>
            <translation>Übergänge: {most}</translation>
        </message>
        <message>
            <source>No transitions.</source>
            <translation>Keine Übergänge.</translation>
        </message>
        <message>
            <source>Shares of time per class</source>
            <translation>Zeitanteile je Klasse</translation>
        </message>
        <message>
            <source>above: share of the time in sight with the class at or above the threshold
leads: share of that time as the most probable class
mean: its mean probability</source>
            <translation>über: Anteil der Zeit im Bild, in der die Klasse die Schwelle erreicht
vorn: Anteil dieser Zeit als wahrscheinlichste Klasse
Mittel: ihre mittlere Wahrscheinlichkeit</translation>
        </message>
        <message>
            <source>Episodes</source>
            <translation>Episoden</translation>
        </message>
        <message>
            <source>Stretches above the threshold; choose one to go there</source>
            <translation>Abschnitte über der Schwelle; Auswählen springt dorthin</translation>
        </message>
        <message>
            <source>in the picture {seen}, away {away}</source>
            <translation>im Bild {seen}, abwesend {away}</translation>
        </message>
        <message>
            <source>threshold {value}</source>
            <translation>Schwelle {value}</translation>
        </message>
        <message>
            <source>above</source>
            <translation>über</translation>
        </message>
        <message>
            <source>leads</source>
            <translation>vorn</translation>
        </message>
        <message>
            <source>mean</source>
            <translation>Mittel</translation>
        </message>
        <message>
            <source>from</source>
            <translation>ab</translation>
        </message>
        <message>
            <source>lasts</source>
            <translation>Dauer</translation>
        </message>
        <message>
            <source>peak</source>
            <translation>Spitze</translation>
        </message>
        <message>
            <source>expressiveness {value}</source>
            <translation>Ausdrucksstärke {value}</translation>
        </message>
        <message>
            <source>Speed</source>
            <translation>Tempo</translation>
        </message>
        <message>
            <source>Speed (J, K, L)</source>
            <translation>Tempo (J, K, L)</translation>
        </message>
        <message>
            <source>Volume</source>
            <translation>Lautstärke</translation>
        </message>
        <message>
            <source>Speed (J, K, L), now {rate}</source>
            <translation>Tempo (J, K, L), jetzt {rate}</translation>
        </message>
        <message>
            <source>Play and pause</source>
            <translation>Abspielen und pausieren</translation>
        </message>
        <message>
            <source>To the start</source>
            <translation>Zum Anfang</translation>
        </message>
        <message>
            <source>One frame back</source>
            <translation>Ein Bild zurück</translation>
        </message>
        <message>
            <source>One frame on</source>
            <translation>Ein Bild vor</translation>
        </message>
        <message>
            <source>To the end</source>
            <translation>Zum Ende</translation>
        </message>
        <message>
            <source>{face} is hidden; H shows it.</source>
            <translation>{face} ist ausgeblendet; H blendet es ein.</translation>
        </message>
        <message>
            <source>Names, faces and markers stay in the session of before; the new one begins without them. Go on?</source>
            <translation>Namen, Gesichter und Marker bleiben in der bisherigen Sitzung; die neue beginnt ohne sie. Fortfahren?</translation>
        </message>
        <message>
            <source>{name} was read by a model with other classes ({classes}); start emocam with that model.</source>
            <translation>{name} wurde von einem Modell mit anderen Klassen gelesen ({classes}); emocam mit diesem Modell starten.</translation>
        </message>
        <message>
            <source>&amp;Edit</source>
            <translation>&amp;Bearbeiten</translation>
        </message>
        <message>
            <source>{name} lasts {here}, the recording that was analysed {there}; it may be another one.</source>
            <translation>{name} dauert {here}, die analysierte Aufnahme {there}; es ist vielleicht eine andere.</translation>
        </message>
        <message>
            <source>The chosen faces are hidden; H shows them.</source>
            <translation>Die gewählten Gesichter sind ausgeblendet; H blendet sie ein.</translation>
        </message>
        <message>
            <source>the whole recording</source>
            <translation>die ganze Aufnahme</translation>
        </message>
        <message>
            <source>Threshold {value}</source>
            <translation>Schwelle {value}</translation>
        </message>
        <message>
            <source>Open a folder of recordings</source>
            <translation>Ordner mit Aufnahmen öffnen</translation>
        </message>
        <message>
            <source>Where is {name}?</source>
            <translation>Wo ist {name}?</translation>
        </message>
        <message>
            <source>Fa&amp;ces</source>
            <translation>&amp;Gesichter</translation>
        </message>
        <message>
            <source>Ma&amp;rkers</source>
            <translation>Ma&amp;rker</translation>
        </message>
        <message>
            <source>&amp;Summary</source>
            <translation>&amp;Zusammenfassung</translation>
        </message>
        <message>
            <source>&amp;File</source>
            <translation>&amp;Datei</translation>
        </message>
        <message>
            <source>&amp;Playback</source>
            <translation>&amp;Wiedergabe</translation>
        </message>
        <message>
            <source>&amp;Mark</source>
            <translation>&amp;Marker</translation>
        </message>
        <message>
            <source>&amp;View</source>
            <translation>&amp;Ansicht</translation>
        </message>
        <message>
            <source>&amp;Open…</source>
            <translation>Ö&amp;ffnen …</translation>
        </message>
        <message>
            <source>Open &amp;folder…</source>
            <translation>&amp;Ordner öffnen …</translation>
        </message>
        <message>
            <source>Open &amp;recent</source>
            <translation>&amp;Zuletzt geöffnet</translation>
        </message>
        <message>
            <source>Ca&amp;mera</source>
            <translation>&amp;Kamera</translation>
        </message>
        <message>
            <source>&amp;Export…</source>
            <translation>&amp;Exportieren …</translation>
        </message>
        <message>
            <source>Save a &amp;snapshot</source>
            <translation>&amp;Standbild speichern</translation>
        </message>
        <message>
            <source>&amp;Analyse anew</source>
            <translation>&amp;Neu analysieren</translation>
        </message>
        <message>
            <source>Find the &amp;video…</source>
            <translation>&amp;Video suchen …</translation>
        </message>
        <message>
            <source>Se&amp;ttings…</source>
            <translation>E&amp;instellungen …</translation>
        </message>
        <message>
            <source>&amp;Close</source>
            <translation>S&amp;chließen</translation>
        </message>
        <message>
            <source>Re&amp;name the face or marker…</source>
            <translation>Gesicht oder Marker &amp;umbenennen …</translation>
        </message>
        <message>
            <source>&amp;Merge the chosen faces</source>
            <translation>Gewählte Gesichter &amp;verbinden</translation>
        </message>
        <message>
            <source>&amp;Split the face here</source>
            <translation>Gesicht hier &amp;teilen</translation>
        </message>
        <message>
            <source>&amp;Hide or show the faces</source>
            <translation>Gesichter &amp;aus- oder einblenden</translation>
        </message>
        <message>
            <source>&amp;Play and pause</source>
            <translation>&amp;Abspielen und pausieren</translation>
        </message>
        <message>
            <source>Play, and faster</source>
            <translation>Vorwärts und schneller</translation>
        </message>
        <message>
            <source>Play backwards, and faster</source>
            <translation>Rückwärts und schneller</translation>
        </message>
        <message>
            <source>Set a &amp;marker</source>
            <translation>&amp;Marker setzen</translation>
        </message>
        <message>
            <source>Range from here (&amp;in)</source>
            <translation>Bereich &amp;ab hier</translation>
        </message>
        <message>
            <source>Range to here (&amp;out)</source>
            <translation>Bereich &amp;bis hier</translation>
        </message>
        <message>
            <source>&amp;Clear the range</source>
            <translation>Bereich auf&amp;heben</translation>
        </message>
        <message>
            <source>Make the range a &amp;span</source>
            <translation>Bereich zur &amp;Spanne machen</translation>
        </message>
        <message>
            <source>Next marker</source>
            <translation>Nächster Marker</translation>
        </message>
        <message>
            <source>Marker before</source>
            <translation>Voriger Marker</translation>
        </message>
        <message>
            <source>&amp;Keys of your own…</source>
            <translation>Eigene &amp;Tasten …</translation>
        </message>
        <message>
            <source>Fit all of the &amp;time</source>
            <translation>Gesamte &amp;Dauer zeigen</translation>
        </message>
        <message>
            <source>Zoom &amp;in</source>
            <translation>&amp;Vergrößern</translation>
        </message>
        <message>
            <source>Zoom &amp;out</source>
            <translation>Ver&amp;kleinern</translation>
        </message>
        <message>
            <source>&amp;Lines</source>
            <translation>&amp;Linien</translation>
        </message>
        <message>
            <source>Stac&amp;ked</source>
            <translation>Ge&amp;stapelt</translation>
        </message>
        <message>
            <source>&amp;Full screen</source>
            <translation>Voll&amp;bild</translation>
        </message>
        <message>
            <source>&amp;Help</source>
            <translation>&amp;Hilfe</translation>
        </message>
        <message>
            <source>&amp;Keyboard</source>
            <translation>&amp;Tastatur</translation>
        </message>
        <message>
            <source>Begun and not ended, so closed now it is lost: {labels}. Its key pressed again where it ends keeps it.</source>
            <translation>Begonnen, aber nicht beendet: {labels}. Beim Schließen geht das verloren; wird die Taste am Ende noch einmal gedrückt, bleibt es erhalten.</translation>
        </message>
        <message>
            <source>No face was found.</source>
            <translation>Es wurde kein Gesicht gefunden.</translation>
        </message>
        <message>
            <source>No face yet.</source>
            <translation>Noch kein Gesicht.</translation>
        </message>
        <message>
            <source>Range {start} – {end}</source>
            <translation>Bereich {start} – {end}</translation>
        </message>
        <message>
            <source>No range chosen</source>
            <translation>Kein Bereich gewählt</translation>
        </message>
        <message>
            <source>Names, faces and markers stay in the session of before, which was analysed in another way.</source>
            <translation>Namen, Gesichter und Marker bleiben in der bisherigen Sitzung, die auf andere Weise analysiert wurde.</translation>
        </message>
        <message>
            <source>Begun and not ended, so not kept: {labels}</source>
            <translation>Begonnen, aber nicht beendet, daher nicht gespeichert: {labels}</translation>
        </message>
        <message>
            <source>{name} is being analysed; stop it first.</source>
            <translation>{name} wird gerade analysiert; zuerst stoppen.</translation>
        </message>
        <message>
            <source>Faces, markers and summary</source>
            <translation>Gesichter, Marker und Zusammenfassung</translation>
        </message>
        <message>
            <source>One second on</source>
            <translation>Eine Sekunde vor</translation>
        </message>
        <message>
            <source>One second back</source>
            <translation>Eine Sekunde zurück</translation>
        </message>
        <message>
            <source>Five seconds on</source>
            <translation>Fünf Sekunden vor</translation>
        </message>
        <message>
            <source>Five seconds back</source>
            <translation>Fünf Sekunden zurück</translation>
        </message>
        <message>
            <source>A minute on</source>
            <translation>Eine Minute vor</translation>
        </message>
        <message>
            <source>A minute back</source>
            <translation>Eine Minute zurück</translation>
        </message>
        <message>
            <source>An analysis is under way; closed now, it begins from the start the next time.</source>
            <translation>Eine Analyse läuft; wird jetzt geschlossen, beginnt sie beim nächsten Mal von vorn.</translation>
        </message>
        <message>
            <source>A session of a camera holds no pictures; its chart and figures are below and beside.</source>
            <translation>Die Sitzung einer Kamera enthält keine Bilder; Kurven und Zahlen stehen darunter und daneben.</translation>
        </message>
        <message>
            <source>{name} can't be found, so there is no picture; File, “Find the video…” helps.</source>
            <translation>{name} ist nicht zu finden, darum gibt es kein Bild. Abhilfe: Datei, „Video suchen …“.</translation>
        </message>
        <message>
            <source>Table, CSV</source>
            <translation>Tabelle, CSV</translation>
        </message>
        <message>
            <source>A row per frame and face, for spreadsheets and statistics.</source>
            <translation>Eine Zeile je Bild und Gesicht, für Tabellenkalkulation und Statistik.</translation>
        </message>
        <message>
            <source>Table, JSON</source>
            <translation>Tabelle, JSON</translation>
        </message>
        <message>
            <source>The same rows, with the session's facts and markers.</source>
            <translation>Dieselben Zeilen, mit Angaben zur Sitzung und Markern.</translation>
        </message>
        <message>
            <source>Table, Parquet</source>
            <translation>Tabelle, Parquet</translation>
        </message>
        <message>
            <source>The same rows, not rounded; small and fast for long ones.</source>
            <translation>Dieselben Zeilen, ungerundet; klein und schnell bei langen Aufnahmen.</translation>
        </message>
        <message>
            <source>Summary, CSV</source>
            <translation>Zusammenfassung, CSV</translation>
        </message>
        <message>
            <source>A row per face: shares of time, episodes, transitions.</source>
            <translation>Eine Zeile je Gesicht: Zeitanteile, Episoden, Übergänge.</translation>
        </message>
        <message>
            <source>Report, HTML</source>
            <translation>Bericht, HTML</translation>
        </message>
        <message>
            <source>One page with chart, summary, stills of the peaks and method; opens in every browser and prints.</source>
            <translation>Eine Seite mit Diagramm, Zusammenfassung, Standbildern der Spitzen und Methode; öffnet sich in jedem Browser und lässt sich drucken.</translation>
        </message>
        <message>
            <source>Chart, PNG, SVG or PDF</source>
            <translation>Diagramm, PNG, SVG, PDF</translation>
        </message>
        <message>
            <source>A lane per face over time.</source>
            <translation>Eine Spur je Gesicht im Zeitverlauf.</translation>
        </message>
        <message>
            <source>Video with labels, MP4</source>
            <translation>Video mit Beschriftung, MP4</translation>
        </message>
        <message>
            <source>The recording with boxes and labels, sound kept.</source>
            <translation>Die Aufnahme mit Rahmen und Beschriftung, mit Ton.</translation>
        </message>
        <message>
            <source>Subtitles, WebVTT</source>
            <translation>Untertitel, WebVTT</translation>
        </message>
        <message>
            <source>What each face shows most, and the markers.</source>
            <translation>Was jedes Gesicht am meisten zeigt, dazu die Marker.</translation>
        </message>
        <message>
            <source>Subtitles, SRT</source>
            <translation>Untertitel, SRT</translation>
        </message>
        <message>
            <source>ELAN document</source>
            <translation>ELAN-Dokument</translation>
        </message>
        <message>
            <source>A tier per face with its episodes, one for the markers.</source>
            <translation>Eine Zeile je Gesicht mit seinen Episoden, eine für die Marker.</translation>
        </message>
        <message>
            <source>BORIS project</source>
            <translation>BORIS-Projekt</translation>
        </message>
        <message>
            <source>Opens in BORIS with the recording linked; episodes as state events.</source>
            <translation>Öffnet sich in BORIS mit der Aufnahme verknüpft; Episoden als Zustandsereignisse.</translation>
        </message>
        <message>
            <source>BORIS events, TSV or CSV</source>
            <translation>BORIS-Ereignisse, TSV/CSV</translation>
        </message>
        <message>
            <source>Episodes and markers as tabular events.</source>
            <translation>Episoden und Marker als Ereignistabelle.</translation>
        </message>
        <message>
            <source>Praat TextGrid</source>
            <translation>Praat-TextGrid</translation>
        </message>
        <message>
            <source>{name} holds {what}; choose a file with a moving picture.</source>
            <translation>{name} enthält {what}; bitte eine Datei mit bewegtem Bild wählen.</translation>
        </message>
        <message>
            <source>only sound</source>
            <translation>nur Ton</translation>
        </message>
        <message>
            <source>no video</source>
            <translation>kein Video</translation>
        </message>
        <message>
            <source>{name} is a folder, not a video; choose a file in it.</source>
            <translation>{name} ist ein Ordner, kein Video; bitte eine Datei darin wählen.</translation>
        </message>
        <message>
            <source>{name} is empty (0 bytes); copy or record it again.</source>
            <translation>{name} ist leer (0 Bytes); bitte neu kopieren oder aufnehmen.</translation>
        </message>
        <message>
            <source>No picture of {name} can be decoded; check that it plays elsewhere.</source>
            <translation>Kein Bild von {name} kann dekodiert werden; bitte prüfen, ob es anderswo abspielbar ist.</translation>
        </message>
        <message>
            <source>{name} can't be opened as a video ({reason}); check that it plays elsewhere.</source>
            <translation>{name} kann nicht als Video geöffnet werden ({reason}); bitte prüfen, ob es anderswo abspielbar ist.</translation>
        </message>
        <message>
            <source>There is no file {path}; check the name.</source>
            <translation>Es gibt keine Datei {path}; bitte den Namen prüfen.</translation>
        </message>
        <message>
            <source>{path} can't be read ({reason}); check the name.</source>
            <translation>{path} kann nicht gelesen werden ({reason}); bitte den Namen prüfen.</translation>
        </message>
        <message>
            <source>{name} can't be read any further ({reason}); check the drive or share that it lies on.</source>
            <translation>{name} kann nicht weiter gelesen werden ({reason}); bitte das Laufwerk oder die Freigabe prüfen.</translation>
        </message>
        <message>
            <source>The camera at {name} wants a user name and a password, or others; write USER:PASSWORD@ before its host.</source>
            <translation>Die Kamera unter {name} verlangt Benutzernamen und Passwort, oder andere als diese; bitte BENUTZER:PASSWORT@ vor ihren Namen in der Adresse schreiben.</translation>
        </message>
        <message>
            <source>The camera at {name} has no picture at that address ({reason}); its manual tells the address.</source>
            <translation>Die Kamera unter {name} hat an dieser Adresse kein Bild ({reason}); die richtige steht in ihrem Handbuch.</translation>
        </message>
        <message>
            <source>The camera at {name} does not answer ({reason}); check that it is on.</source>
            <translation>Die Kamera unter {name} antwortet nicht ({reason}); bitte prüfen, ob sie eingeschaltet ist.</translation>
        </message>
        <message>
            <source>The camera at {address} stopped sending ({reason}); emocam keeps trying.</source>
            <translation>Die Kamera unter {address} sendet nicht mehr ({reason}); emocam versucht es weiter.</translation>
        </message>
        <message>
            <source>{path} can't be written ({reason}); choose another place or close what uses it.</source>
            <translation>{path} kann nicht geschrieben werden ({reason}); bitte einen anderen Ort wählen oder schließen, was die Datei benutzt.</translation>
        </message>
        <message>
            <source>{path} can't be written any more ({reason}); make room on the disk or choose another place.</source>
            <translation>{path} kann nicht mehr geschrieben werden ({reason}); bitte Platz schaffen oder einen anderen Ort wählen.</translation>
        </message>
        <message>
            <source>{name} is away, and another of that name is in its place; connect it again.</source>
            <translation>{name} fehlt, eine andere dieses Namens ist an ihrem Platz; bitte wieder anschließen.</translation>
        </message>
        <message>
            <source>There is no {name}, or another program uses it; run `emocam cameras` to see which there are, or open a video instead.</source>
            <translation>{name} gibt es nicht, oder ein anderes Programm benutzt sie; `emocam cameras` zeigt, welche Kameras es gibt. Stattdessen lässt sich auch ein Video öffnen.</translation>
        </message>
        <message>
            <source>{name} shows no picture; unplug it, plug it in again and start anew.</source>
            <translation>{name} zeigt kein Bild; bitte ausstecken, wieder einstecken und neu starten.</translation>
        </message>
        <message>
            <source>{name} stopped sending pictures; emocam keeps trying.</source>
            <translation>{name} sendet keine Bilder mehr; emocam versucht es weiter.</translation>
        </message>
        <message>
            <source>{path} is a folder; add a name for the file.</source>
            <translation>{path} ist ein Ordner; bitte einen Namen für die Datei anfügen.</translation>
        </message>
        <message>
            <source>{path} can't be written ({reason}); choose another place.</source>
            <translation>{path} kann nicht geschrieben werden ({reason}); bitte einen anderen Ort wählen.</translation>
        </message>
        <message>
            <source>the session</source>
            <translation>die Sitzung</translation>
        </message>
        <message>
            <source>{path} is {what} itself; choose another name.</source>
            <translation>{path} ist {what} selbst; bitte einen anderen Namen wählen.</translation>
        </message>
        <message>
            <source>{face} is the number of one face and the name of another; rename that one first.</source>
            <translation>{face} ist die Nummer eines Gesichts und der Name eines anderen; dieses bitte zuerst umbenennen.</translation>
        </message>
        <message>
            <source>There is no face {face} in this session; {who}.</source>
            <translation>Ein Gesicht {face} gibt es in dieser Sitzung nicht; {who}.</translation>
        </message>
        <message>
            <source>the recording</source>
            <translation>die Aufnahme</translation>
        </message>
        <message>
            <source>there are {names}</source>
            <translation>es gibt {names}</translation>
        </message>
        <message>
            <source>no face was found in it</source>
            <translation>darin wurde keines gefunden</translation>
        </message>
        <message>
            <source>A session of a camera holds no pictures; where somebody filmed along, choose that video (--video PATH).</source>
            <translation>Die Sitzung einer Kamera enthält keine Bilder; wo jemand mitgefilmt hat, bitte dieses Video wählen (--video PFAD).</translation>
        </message>
        <message>
            <source>The recording {name} is not where it was; choose it anew (--video PATH).</source>
            <translation>Die Aufnahme {name} ist nicht mehr, wo sie war; bitte neu wählen (--video PFAD).</translation>
        </message>
        <message>
            <source>{name} is not the file that was analysed, so faces in it can't be hidden; analyse it, and export that.</source>
            <translation>{name} ist nicht die Datei, die analysiert wurde, daher können Gesichter darin nicht unkenntlich gemacht werden; bitte diese Datei analysieren und davon exportieren.</translation>
        </message>
        <message>
            <source>The export was cancelled; nothing was written.</source>
            <translation>Der Export wurde abgebrochen; nichts wurde geschrieben.</translation>
        </message>
        <message>
            <source>The range ends before it begins; give its start first, then its end.</source>
            <translation>Der Bereich endet, bevor er beginnt; bitte zuerst den Anfang, dann das Ende angeben.</translation>
        </message>
        <message>
            <source>A step lasts at least 0.001 seconds, and not for ever; choose another one.</source>
            <translation>Ein Schritt dauert mindestens 0,001 Sekunden, und nicht ewig; bitte einen anderen wählen.</translation>
        </message>
        <message>
            <source>A threshold is a probability; choose one from 0 to 1.</source>
            <translation>Eine Schwelle ist eine Wahrscheinlichkeit; bitte eine von 0 bis 1 wählen.</translation>
        </message>
        <message>
            <source>The recording was analysed up to {last} only; choose a range that begins before that.</source>
            <translation>Die Aufnahme wurde nur bis {last} analysiert; bitte einen Bereich wählen, der davor beginnt.</translation>
        </message>
        <message>
            <source>No face was chosen; choose one at least.</source>
            <translation>Kein Gesicht wurde gewählt; bitte mindestens eines wählen.</translation>
        </message>
        <message>
            <source>There is no video {path}; check the name.</source>
            <translation>Es gibt kein Video {path}; bitte den Namen prüfen.</translation>
        </message>
        <message>
            <source>{name} lasts {lasts}, the recording that was analysed {told}; choose that recording, or a copy of it.</source>
            <translation>{name} dauert {lasts}, die analysierte Aufnahme {told}; bitte diese wählen oder eine Kopie von ihr.</translation>
        </message>
        <message>
            <source>The recording lasts {last} only; choose a range that begins before that.</source>
            <translation>Die Aufnahme dauert nur {last}; bitte einen Bereich wählen, der davor beginnt.</translation>
        </message>
        <message>
            <source>This computer has no video encoder that emocam knows; install PyAV anew.</source>
            <translation>Dieser Rechner hat keinen Videokodierer, den emocam kennt; bitte PyAV neu installieren.</translation>
        </message>
        <message>
            <source>{name} shows nothing in this range; choose another one.</source>
            <translation>{name} zeigt in diesem Bereich nichts; bitte einen anderen wählen.</translation>
        </message>
        <message>
            <source>Only some frames of {name} were analysed, so faces would be seen between them; analyse every frame first.</source>
            <translation>Nur manche Bilder von {name} wurden analysiert, dazwischen wären Gesichter zu sehen; bitte zuerst jedes Bild analysieren.</translation>
        </message>
        <message>
            <source>{name} was analysed up to {last} s only, so faces would be seen after that; analyse all of it, or choose a range before.</source>
            <translation>{name} wurde nur bis {last} s analysiert, danach wären Gesichter zu sehen; bitte alles analysieren oder einen Bereich davor wählen.</translation>
        </message>
        <message>
            <source>The video can't be written ({reason}); make room or choose another place.</source>
            <translation>Das Video kann nicht geschrieben werden ({reason}); bitte Platz schaffen oder einen anderen Ort wählen.</translation>
        </message>
        <message>
            <source>{device}, {why}</source>
            <translation>{device}, {why}</translation>
        </message>
        <message>
            <source>The model {model} does not fit its {card}; export it again.</source>
            <translation>Das Modell {model} passt nicht zu seiner {card}; bitte neu exportieren.</translation>
        </message>
        <message>
            <source>The model {path} is missing; install emocam again.</source>
            <translation>Das Modell {path} fehlt; bitte emocam neu installieren.</translation>
        </message>
        <message>
            <source>The Keras back end needs TensorFlow, which is not installed; run `pip install tensorflow`.</source>
            <translation>Für Keras fehlt TensorFlow; bitte `pip install tensorflow` ausführen.</translation>
        </message>
        <message>
            <source>Keras can't load {path} ({reason}); export the model again.</source>
            <translation>Keras kann {path} nicht laden ({reason}); bitte das Modell neu exportieren.</translation>
        </message>
        <message>
            <source>The model {path} can't be read ({reason}); install emocam again.</source>
            <translation>Das Modell {path} kann nicht gelesen werden ({reason}); bitte emocam neu installieren.</translation>
        </message>
        <message>
            <source>{path} is no LiteRT model that runs here ({reason}); export it again.</source>
            <translation>{path} ist kein LiteRT-Modell, das hier läuft ({reason}); bitte neu exportieren.</translation>
        </message>
        <message>
            <source>The face detector {path} can't be read ({reason}); install emocam again.</source>
            <translation>Der Gesichtsdetektor {path} kann nicht gelesen werden ({reason}); bitte emocam neu installieren.</translation>
        </message>
        <message>
            <source>The face detector {path} is broken ({reason}); install emocam again.</source>
            <translation>Der Gesichtsdetektor {path} ist beschädigt ({reason}); bitte emocam neu installieren.</translation>
        </message>
        <message>
            <source>There is no model in {path}: {card} is missing; choose a folder of trained_models.</source>
            <translation>In {path} ist kein Modell: {card} fehlt; bitte einen Ordner aus trained_models wählen.</translation>
        </message>
        <message>
            <source>{path} can't be read ({reason}); choose a folder of trained_models.</source>
            <translation>{path} kann nicht gelesen werden ({reason}); bitte einen Ordner aus trained_models wählen.</translation>
        </message>
        <message>
            <source>{path} can't be used: {reason}; export the model again.</source>
            <translation>{path} ist nicht brauchbar: {reason}; bitte das Modell neu exportieren.</translation>
        </message>
        <message>
            <source>{name} is not a picture that can be read; save it as PNG or JPEG.</source>
            <translation>{name} ist kein lesbares Bild; bitte als PNG oder JPEG speichern.</translation>
        </message>
        <message>
            <source>{name} can't be read ({reason}); check the name.</source>
            <translation>{name} kann nicht gelesen werden ({reason}); bitte den Namen prüfen.</translation>
        </message>
        <message>
            <source>{name} is too large or damaged; save it smaller, as PNG or JPEG.</source>
            <translation>{name} ist zu groß oder beschädigt; bitte verkleinern und als PNG oder JPEG speichern.</translation>
        </message>
        <message>
            <source>The session file {path} can't be written any more ({reason}); what was recorded before is kept: make room on the disk or choose another folder.</source>
            <translation>Die Sitzungsdatei {path} kann nicht mehr geschrieben werden ({reason}); was vorher aufgezeichnet wurde, bleibt: bitte Platz schaffen oder einen anderen Ordner wählen.</translation>
        </message>
        <message>
            <source>{path} is not an emocam session that can be read ({reason}).</source>
            <translation>{path} ist keine lesbare Sitzung von emocam ({reason}).</translation>
        </message>
        <message>
            <source>{path} has names, faces or markers of somebody's work; move it or choose another name.</source>
            <translation>{path} enthält Namen, Gesichter oder Marker, an denen jemand gearbeitet hat; bitte verschieben oder einen anderen Namen wählen.</translation>
        </message>
        <message>
            <source>{path} was recorded from a camera; move it or choose another name.</source>
            <translation>{path} wurde von einer Kamera aufgezeichnet; bitte verschieben oder einen anderen Namen wählen.</translation>
        </message>
        <message>
            <source>{path} is of {source}, which is no longer there; move it or choose another name.</source>
            <translation>{path} gehört zu {source}, das nicht mehr da ist; bitte verschieben oder einen anderen Namen wählen.</translation>
        </message>
        <message>
            <source>There is no session {path}; check the name.</source>
            <translation>Es gibt keine Sitzung {path}; bitte den Namen prüfen.</translation>
        </message>
        <message>
            <source>{path} is not an emocam session; choose a file that ends in {ending}.</source>
            <translation>{path} ist keine Sitzung von emocam; bitte eine Datei wählen, die auf {ending} endet.</translation>
        </message>
        <message>
            <source>{path} was made by a newer emocam; update emocam to open it.</source>
            <translation>{path} stammt von einem neueren emocam; zum Öffnen bitte emocam aktualisieren.</translation>
        </message>
        <message>
            <source>The changes can't be saved in {path} ({reason}); make the file writable or copy it elsewhere.</source>
            <translation>Die Änderungen können in {path} nicht gespeichert werden ({reason}); bitte die Datei schreibbar machen oder anderswohin kopieren.</translation>
        </message>
        <message>
            <source>The session file {path} can't be finished ({reason}); what is in it is kept: make room on the disk.</source>
            <translation>Die Sitzungsdatei {path} kann nicht abgeschlossen werden ({reason}); was darin ist, bleibt: bitte Platz schaffen.</translation>
        </message>
        <message>
            <source>Where {name} is can't be kept in {path} ({reason}); make the file writable or copy it elsewhere.</source>
            <translation>Wo {name} liegt, kann in {path} nicht festgehalten werden ({reason}); bitte die Datei schreibbar machen oder anderswohin kopieren.</translation>
        </message>
        <message>
            <source>{path} is there and no session that can be read; move it or choose another name.</source>
            <translation>{path} ist da und keine lesbare Sitzung; bitte verschieben oder einen anderen Namen wählen.</translation>
        </message>
        <message>
            <source>Its name or folder is no text that can be written down (not UTF-8); rename it.</source>
            <translation>Name oder Ordner ist kein Text, der sich aufschreiben lässt (nicht UTF-8); bitte umbenennen.</translation>
        </message>
        <message>
            <source>The session file {path} can't be written ({reason}); choose another folder.</source>
            <translation>Die Sitzungsdatei {path} kann nicht geschrieben werden ({reason}); bitte einen anderen Ordner wählen.</translation>
        </message>
        <message>
            <source>{path} can't be read ({reason}); try again.</source>
            <translation>{path} kann nicht gelesen werden ({reason}); bitte noch einmal versuchen.</translation>
        </message>
        <message>
            <source>{path} is damaged ({reason}); analyse its recording anew, or use a copy.</source>
            <translation>{path} ist beschädigt ({reason}); bitte die Aufnahme neu analysieren oder eine Kopie benutzen.</translation>
        </message>
        <message>
            <source>There is no device {device}; choose auto, cpu or gpu.</source>
            <translation>Ein Gerät {device} gibt es nicht; bitte auto, cpu oder gpu wählen.</translation>
        </message>
        <message>
            <source>There is no file and no camera {text}; check the name, or run `emocam cameras` to see which cameras there are.</source>
            <translation>Es gibt weder eine Datei noch eine Kamera {text}; bitte den Namen prüfen; `emocam cameras` zeigt, welche Kameras es gibt.</translation>
        </message>
        <message>
            <source>{name}… is too long for a name; check it.</source>
            <translation>{name}… ist zu lang für einen Namen; bitte prüfen.</translation>
        </message>
        <message>
            <source>No camera was found. Connect one and press Start, or open a video or the demo.</source>
            <translation>Keine Kamera gefunden. Eine anschließen und auf Start drücken oder ein Video oder die Demo öffnen.</translation>
        </message>
        <message>
            <source>emocam can't open {scheme}:// addresses; use http:// or rtsp://.</source>
            <translation>emocam kann keine Adressen mit {scheme}:// öffnen; bitte http:// oder rtsp:// verwenden.</translation>
        </message>
        <message>
            <source>There is no camera {text}; run `emocam cameras` to see which there are.</source>
            <translation>Eine Kamera {text} gibt es nicht; `emocam cameras` zeigt, welche es gibt.</translation>
        </message>
        <message>
            <source>{table} was not written by emocam, or was changed since, and would be overwritten; move it, or give another folder.</source>
            <translation>{table} ist nicht von emocam oder wurde seitdem geändert und würde überschrieben; bitte verschieben oder einen anderen Ordner angeben.</translation>
        </message>
        <message>
            <source>{name} can't be opened a second time ({reason}); check that it is still there.</source>
            <translation>{name} kann nicht noch einmal geöffnet werden ({reason}); bitte prüfen, ob es noch da ist.</translation>
        </message>
        <message>
            <source>None of {names} is a file; check the names, or give a single camera.</source>
            <translation>Keines von {names} ist eine Datei; bitte die Namen prüfen oder eine einzige Kamera angeben.</translation>
        </message>
        <message>
            <source>There is no display for the window here; run `emocam analyze VIDEO`, which needs none.</source>
            <translation>Hier gibt es keinen Bildschirm für das Fenster; `emocam analyze VIDEO` braucht keinen.</translation>
        </message>
        <message>
            <source>The settings can't be kept ({reason}); they hold until emocam is closed. Make the folder writable.</source>
            <translation>Die Einstellungen können nicht gespeichert werden ({reason}); sie gelten, bis emocam geschlossen wird. Bitte den Ordner schreibbar machen.</translation>
        </message>
        <message>
            <source>There is no NVIDIA GPU that emocam can use here; choose the device cpu or auto.</source>
            <translation>Hier gibt es keine NVIDIA-GPU, die emocam benutzen kann; bitte das Gerät cpu oder auto wählen.</translation>
        </message>
        <message>
            <source>as chosen</source>
            <translation>wie gewählt</translation>
        </message>
        <message>
            <source>no NVIDIA GPU here</source>
            <translation>hier keine NVIDIA-GPU</translation>
        </message>
        <message>
            <source>TensorFlow can't use the GPU</source>
            <translation>TensorFlow kann die GPU nicht benutzen</translation>
        </message>
        <message>
            <source>install its CUDA libraries (`pip install tensorflow[and-cuda]`)</source>
            <translation>bitte die CUDA-Bibliotheken installieren (`pip install tensorflow[and-cuda]`)</translation>
        </message>
        <message>
            <source>TensorFlow can't use the GPU here; {reason}.</source>
            <translation>TensorFlow kann die GPU hier nicht benutzen; {reason}.</translation>
        </message>
        <message>
            <source>found here</source>
            <translation>hier gefunden</translation>
        </message>
        <message>
            <source>{name} is no more than an ending; put a name before it.</source>
            <translation>{name} ist nur eine Endung; bitte einen Namen davor setzen.</translation>
        </message>
        <message>
            <source>emocam can't export {name}; end the name in {known}.</source>
            <translation>emocam kann {name} nicht exportieren; der Name muss auf {known} enden.</translation>
        </message>
        <message>
            <source>Every {every}. frame can't be analysed; choose 1 or more.</source>
            <translation>Jedes {every}. Bild kann nicht analysiert werden; bitte 1 oder mehr wählen.</translation>
        </message>
        <message>
            <source>A step of {step} seconds can't be taken; choose 0 or more.</source>
            <translation>Ein Schritt von {step} Sekunden ist nicht möglich; bitte 0 oder mehr wählen.</translation>
        </message>
        <message>
            <source>Frames are chosen by number or by time, not both; leave one of the two out.</source>
            <translation>Bilder werden nach Nummer oder nach Zeit gewählt, nicht beides; bitte eines weglassen.</translation>
        </message>
        <message>
            <source>Something went wrong inside emocam; what was analysed until then is kept, and the log says more.</source>
            <translation>In emocam ist etwas schiefgegangen; was bis dahin analysiert wurde, bleibt erhalten. Mehr steht im Protokoll.</translation>
        </message>
        <message>
            <source>{name} is away, {other} is in its place; connect it again, or choose that one.</source>
            <translation>{name} fehlt, {other} ist an ihrem Platz; bitte wieder anschließen oder diese wählen.</translation>
        </message>
        <message>
            <source>Something went wrong inside emocam; what was recorded is kept, and the log says more.</source>
            <translation>In emocam ist etwas schiefgegangen; was aufgezeichnet wurde, bleibt erhalten. Mehr steht im Protokoll.</translation>
        </message>
    </context>
</TS>
