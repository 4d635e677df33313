"""Setting the Rocket.Chat side up: the service account, its permissions and token, and the workspace's settings."""
