"""Partners to run against: a company core and a payment gateway, processes of their own with their own store, faults switchable."""
