package dev.pickwick.testbed.gateway;

import dev.pickwick.testbed.http.Fields;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Applies what a picker wants changed about headers; pseudo headers are fields like all others. */
final class HeaderMutations {

  private HeaderMutations() {}

  /**
   * Removes, then sets in sequence. Without an explicit action a value overwrites, which is what
   * both gateways do although the protocol's comment says otherwise.
   */
  static void apply(HeaderMutation mutation, Fields fields) {
    for (String name : mutation.getRemoveHeadersList()) {
      fields.remove(name);
    }
    for (HeaderValueOption option : mutation.getSetHeadersList()) {
      String name = option.getHeader().getKey().toLowerCase(Locale.ROOT);
      if (name.equals("host")) {
        name = ":authority";
      }
      String value = value(option.getHeader());
      if (!name.isEmpty() && !value.isEmpty()) {
        set(option, name, value, fields);
      }
    }
  }

  private static void set(HeaderValueOption option, String name, String value, Fields fields) {
    switch (option.getAppendAction()) {
      case ADD_IF_ABSENT -> {
        if (!fields.has(name)) {
          fields.add(name, value);
        }
      }
      case OVERWRITE_IF_EXISTS -> {
        if (fields.has(name)) {
          fields.set(name, value);
        }
      }
      case OVERWRITE_IF_EXISTS_OR_ADD -> fields.set(name, value);
      case APPEND_IF_EXISTS_OR_ADD -> {
        if (appends(option)) {
          fields.add(name, value);
        } else {
          fields.set(name, value);
        }
      }
      case UNRECOGNIZED -> fields.add(name, value);
    }
  }

  @SuppressWarnings("deprecation") // the gateways still read the old field
  private static boolean appends(HeaderValueOption option) {
    return option.getAppend().getValue();
  }

  private static String value(HeaderValue header) {
    return header.getRawValue().isEmpty()
        ? header.getValue()
        : header.getRawValue().toString(StandardCharsets.ISO_8859_1);
  }
}
