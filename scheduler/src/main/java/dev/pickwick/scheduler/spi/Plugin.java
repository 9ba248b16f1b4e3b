package dev.pickwick.scheduler.spi;

/** Anything a configuration can name; it takes part in the roles whose interfaces it implements. */
public interface Plugin {}
