"""Pages of a sector, a governorate and a party that gather what belongs to them."""
