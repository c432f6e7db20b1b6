"""What runs inside the throw-away child: jobs `name(source, args, out) -> value`, with no web part imported."""
