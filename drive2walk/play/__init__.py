"""Walking a robot by hand, in MuJoCo's viewer or for a film."""
