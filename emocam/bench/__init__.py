"""`emocam bench`: how fast this emocam is on this machine, part by part, as times and as ratios that hold on another machine."""
