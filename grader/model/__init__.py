"""What everybody shares: values without input or output."""
