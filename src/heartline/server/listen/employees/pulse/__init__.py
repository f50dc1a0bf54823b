"""How employees feel: eNPS and the pulse, and how they are asked."""
