package dev.pickwick.scheduler.spi;

/**
 * Makes plugins of one type; found by {@link java.util.ServiceLoader}, so it needs a public
 * constructor without parameters.
 */
public interface PluginFactory {

  /** The type a configuration names, such as {@code queue-scorer}. */
  String type();

  /**
   * Makes a plugin. What is wrong with the parameters is left in them as problems, with a plugin
   * made from the defaults instead, so that all problems of a configuration come to light at once.
   *
   * @param name the plugin's name in the configuration; its type when none was given
   */
  Plugin create(String name, Parameters parameters, PluginContext context);
}
