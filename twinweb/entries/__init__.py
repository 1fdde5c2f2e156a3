"""The life every entry shares: drafted, submitted, returned or approved, corrected, retired."""
