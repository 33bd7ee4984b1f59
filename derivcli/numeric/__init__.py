"""Numbers: torch programs and their gradients, and exact values at growing precision."""
