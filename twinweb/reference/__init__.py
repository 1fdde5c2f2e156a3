"""What entries point at: governorates, sectors, countries and parties."""
