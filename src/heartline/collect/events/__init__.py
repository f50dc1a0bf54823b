"""Events in the wire format that the field speaks, decoded and placed as interactions: no database, no Django.

`decode` takes requests as they were received and gives events, `placed` gives what the lake and the operational
database take of them. Nothing here raises because of what a source sent: what cannot be used has a coded reason.
"""

from .decoding import Decoded, Refused, decode
from .placing import Placed, placed

__all__ = ["Decoded", "Placed", "Refused", "decode", "placed"]
