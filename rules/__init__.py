"""What the desk knows. Rules import models and each other downwards only, never Flask (E-39)."""
