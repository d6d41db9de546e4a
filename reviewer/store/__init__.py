"""What is kept: the database (schema, migrations), the encrypted files (vault), backups."""
