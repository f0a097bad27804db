"""`python -m emocam` is the command `emocam`."""

from emocam.cli import main

if __name__ == "__main__":
    main()
