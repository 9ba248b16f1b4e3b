package dev.pickwick.epp.body;

/**
 * The model's name as the model server knows it, and as the client asked for it.
 *
 * @param target name that is replaced in responses
 * @param incoming name that takes its place
 */
public record Renaming(String target, String incoming) {}
