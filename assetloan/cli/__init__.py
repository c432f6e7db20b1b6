"""Commands, thin: they read arguments, call the services of the domains, and print what came of it."""
