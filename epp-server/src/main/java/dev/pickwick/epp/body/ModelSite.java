package dev.pickwick.epp.body;

/** Is told where in a response the model's name stands. */
interface ModelSite {

  /** A string that is the model's name begins, with its quote, at this index of the chunk. */
  void begins(int at);

  /** The string has ended before this index of the chunk, after its quote. */
  void ends(byte[] b, int at);

  /** The string that began will not end: the text is broken. */
  void abandoned();
}
