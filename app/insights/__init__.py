"""The survey figures: what the catalogue holds, drawn from the datasets of any search."""
