"""``python -m drive2walk``: the command line."""

from drive2walk.cli import main

if __name__ == "__main__":
    main()
