"""`python -m parallelize` is the command line."""

from parallelize.cli.main import main

if __name__ == "__main__":
    main()
