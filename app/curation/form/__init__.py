"""The form of a record: its fields as data, from a draft to texts and back."""
