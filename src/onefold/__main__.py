"""`python -m onefold`: the same program as the `onefold` command."""

from onefold.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
