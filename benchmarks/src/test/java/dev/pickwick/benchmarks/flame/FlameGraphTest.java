package dev.pickwick.benchmarks.flame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class FlameGraphTest {
  @Test
  void svg_boxes_areAsWideAsTheirShare() throws Exception {
    CallTree tree = CallTree.root("all");
    tree.add(List.of("dev.pickwick.A.<init>", "x.B.read"), 75);
    tree.add(List.of("dev.pickwick.A.<init>", "x.B.write"), 25);

    Document picture = parsed(FlameGraph.svg("picker & load", tree));

    Element read = box(picture, "x.B.read: 75.00 %");
    Element write = box(picture, "x.B.write: 25.00 %");
    assertThat(number(read, "width")).isCloseTo(3 * number(write, "width"), within(0.3));
    assertThat(number(write, "x")).isCloseTo(number(read, "x") + number(read, "width"), within(.2));
    assertThat(number(read, "y")).isLessThan(number(box(picture, "all: 100.00 %"), "y"));
    assertThat(picture.getDocumentElement().getTextContent())
        .contains("picker & load", "dev.pickwick.A.<init>: 100.00 %", "B.write");
  }

  @Test
  void svg_thousandRareCalls_areLeftOut() throws Exception {
    CallTree tree = CallTree.root("all");
    tree.add(List.of("often"), 1_000_000);
    for (int i = 0; i < 1000; i++) {
      tree.add(List.of("rare-" + i), 1);
    }

    assertThat(FlameGraph.svg("load", tree)).doesNotContain("rare-").contains("often");
  }

  @Test
  void svg_withoutSamples_isRefused() {
    assertThatThrownBy(() -> FlameGraph.svg("load", CallTree.root("all")))
        .hasMessage("load: no samples (expected: some)");
  }

  private static Document parsed(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }

  private static Element box(Document picture, String title) {
    NodeList titles = picture.getElementsByTagName("title");
    for (int i = 0; i < titles.getLength(); i++) {
      if (titles.item(i).getTextContent().equals(title)) {
        Element group = (Element) titles.item(i).getParentNode();
        return (Element) group.getElementsByTagName("rect").item(0);
      }
    }
    throw new AssertionError("no box " + title);
  }

  private static double number(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }
}
