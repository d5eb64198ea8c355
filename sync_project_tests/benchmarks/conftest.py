"""What needs the extra ``benchmark`` is looked at only where that is installed."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("polars") else ["matchers/by_polars.py"]
