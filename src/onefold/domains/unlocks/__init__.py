"""What a right would unlock for a seller: which licence, grade or agreement would bring how many leads, worth how much."""
