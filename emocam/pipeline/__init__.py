"""What happens to a frame: locate, track, crop, classify, smooth. Knows the ports, not what fills them."""
