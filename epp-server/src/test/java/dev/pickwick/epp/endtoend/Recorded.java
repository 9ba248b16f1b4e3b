package dev.pickwick.epp.endtoend;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** On a test: the recorded scenario whose client it plays. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Recorded {
  /** Name of the scenario. */
  String value();
}
