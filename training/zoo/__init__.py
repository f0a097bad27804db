"""One file per family of networks. Each has `build(...)`, which takes (N, H, W, C) in 0..255 and gives logits."""
