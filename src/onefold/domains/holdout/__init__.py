"""Households never contacted on a recommendation, so that what contact changes can be measured. Dated and for ever."""
