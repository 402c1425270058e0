"""The gRPC face of the server: takes requests, checks them, asks the engine, and tells what became of it."""
