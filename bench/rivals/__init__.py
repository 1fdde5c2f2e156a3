"""What the same list costs elsewhere, so that figures are ratios and not this machine's mood."""
