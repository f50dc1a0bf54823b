"""What people agreed to: a ledger of words by purpose and channel, with proof; asked, confirmed and taken back."""
