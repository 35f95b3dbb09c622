"""Streets with vehicles, houses and street furniture."""
