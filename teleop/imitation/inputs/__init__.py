"""What a policy is given: the image, the body, the words of the task and its own memory."""
