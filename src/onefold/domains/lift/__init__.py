"""What contact changed, as the release in force says it: kept contracts and profit against those not contacted."""
