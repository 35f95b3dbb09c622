"""How scenes look: textures, materials, pictures, lights, sky."""
