"""Make a Django site the login of a Rocket.Chat workspace."""
