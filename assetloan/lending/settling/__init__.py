"""What is looked at when things go out and come back: pieces, pictures, making good, the sample of the Secretariat."""
