"""The only place that opens DuckDB or Spark. Everything else writes Ibis expressions over `Lake.table(name)`."""
