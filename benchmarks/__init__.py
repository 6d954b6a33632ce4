"""Speed, told as ratios within one run; nothing here gates anything."""
