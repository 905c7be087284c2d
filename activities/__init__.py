"""Activities, duties and booklets. Third floor: may import from platforms, deputies and congress."""
