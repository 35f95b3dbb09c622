"""The devices that an operator steers with: keyboard, gamepad, headset, script."""
