"""The registry of models: what each release learnt and used, and what people decided about it."""
