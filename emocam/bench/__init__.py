"""`emocam bench`: how fast this emocam is on this machine, part by part, in times and in ratios that hold elsewhere too."""
