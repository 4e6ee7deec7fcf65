#include "base/xml.h"

#include <doctest/doctest.h>

using kiosk::xml_text;

TEST_CASE("xml: marks are escaped, and what XML may not hold is left out") {
  CHECK(xml_text("A & B <script> \"x\"") == "A &amp; B &lt;script&gt; &quot;x&quot;");
  CHECK(xml_text("Ibu é–☺𝄞\n\tdua") == "Ibu é–☺𝄞\n\tdua");
  CHECK(xml_text(std::string_view("a\x01"
                                  "b\x7f"
                                  "c\0d",
                                  7)) == "abcd");
  CHECK(xml_text("\xff\xc3 ujung\xed\xa0\x80\xc0\xaf\xef\xbf\xbf") == " ujung");
  CHECK(xml_text("").empty());
}
