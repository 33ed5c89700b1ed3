"""What the measures add up to, in words with reasons: who leads, and what would end it."""
