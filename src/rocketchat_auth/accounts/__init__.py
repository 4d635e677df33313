"""Which chat account belongs to which user of the site."""
