"""What crosses between Django and the columnar side: dataset contracts, checked Parquet, vault and lake. No Django here."""
