"""Feed on a SQL table: PostgreSQL by ADBC, every other database by SQLAlchemy."""
