"""Events in the wire format that the field speaks, decoded and placed as interactions: no database, no Django.

`decode` takes requests as they were received and gives events, `placed` gives what the lake and the operational
database take of them; `read` does both, piece by piece. Nothing here raises because of what a source sent: what cannot
be used has a coded reason.
"""

from .decoding import Decoded, Refused, decode
from .pieces import read
from .placing import Placed, placed

__all__ = ["Decoded", "Placed", "Refused", "decode", "placed", "read"]
