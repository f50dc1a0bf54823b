"""Laws that hold of every verb, over small worlds: planted ones and ones that hypothesis makes."""
