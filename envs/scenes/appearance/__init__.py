"""The appearance of scenes: textures, materials, pictures, lights, sky."""
