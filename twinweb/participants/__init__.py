"""Who took part in a workshop, day by day: a list that its office keeps beside the approved text."""
