"""The cockpit of group and company managers and the cross-selling desk."""
