"""One module per indicator; each sets DEFINITION. `registry` finds them."""
