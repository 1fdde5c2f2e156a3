"""HTTP matters that every page shares: regions, forms, headers, addresses, notices."""
