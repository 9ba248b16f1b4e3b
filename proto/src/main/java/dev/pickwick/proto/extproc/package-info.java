/**
 * The ext_proc conversation as bytes: what a gateway sends is scanned once in place, what the
 * picker answers is written once.
 *
 * <p>{@link dev.pickwick.proto.extproc.ExternalProcessor#PROCESS} is the method to serve. It hands
 * out one {@link dev.pickwick.proto.extproc.GatewayMessage} per inbound message (never an
 * exception: broken input is a message of kind {@code MALFORMED}) and takes {@link
 * dev.pickwick.proto.extproc.Reply}s. Bodies are never copied here: a message's body is a slice of
 * the one array it arrived in, and a body reply gathers such slices through {@link
 * dev.pickwick.proto.extproc.Segments}.
 *
 * <p>The readings equal those of the generated Envoy classes, including fields in any order, fields
 * that are unknown, and sub-messages that occur twice and merge; what those refuse is malformed
 * here. The differences, none of which a gateway can bring about: text that is no UTF-8 is decoded
 * with replacement characters instead of being refused; a number longer than 10 bytes is always
 * refused; and a oneof whose members come as A, B, A holds the last A alone.
 */
@NullMarked
package dev.pickwick.proto.extproc;

import org.jspecify.annotations.NullMarked;
