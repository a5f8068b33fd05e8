"""Design tokens, components, charts and the gallery; shared by the human doors."""
