"""Motions that scripts are made of: walking to places, moving the hands, gripping and skills."""
