"""Who keeps a thing and where it stands: custodians, moves that the receiver accepts, sightings."""
