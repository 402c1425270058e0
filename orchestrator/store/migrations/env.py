"""What Alembic runs to migrate: on the connection and in the transaction it is given, and on nothing else."""

from __future__ import annotations

from alembic import context

from orchestrator.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
