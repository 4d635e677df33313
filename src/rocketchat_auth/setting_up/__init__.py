"""Setting the Rocket.Chat side up: the service account, its permissions and token, and the workspace's settings.

Nothing here speaks to people: who runs it gives the answers, and shows what was done.
"""
