"""The columnar side: from landed feeds to released datasets, in its own process. No Django; the lake, never the vault,
from linkage on. The way through it is one page: `steps.py`."""
