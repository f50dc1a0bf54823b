"""Who is one person: why it is thought so, joining and parting by a person's word, and whom to look at."""
