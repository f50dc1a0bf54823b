"""Work in the background: tasks, the ticker that starts them on time, and the worker that runs them."""
