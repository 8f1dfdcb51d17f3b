"""Everything that holds Deskhand to its word, and the real services that takes."""
