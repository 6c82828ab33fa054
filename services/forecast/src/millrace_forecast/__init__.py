"""Train a model on a refined table, and predict with a trained one."""
