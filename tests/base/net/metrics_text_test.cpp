#include "base/net/metrics_text.h"

#include <doctest/doctest.h>

using kiosk::net::MetricsText;

TEST_CASE("net: figures are heads and lines as Prometheus reads them, with labels that cannot break out") {
  MetricsText t;
  t.one("kiosk_waiting", "gauge", "Who waits.", 3);
  t.head("kiosk_seconds", "histogram", "How long.");
  t.number("kiosk_seconds_sum", 0.1234567, MetricsText::label("lane", "push"));
  t.value("kiosk_seconds_count", 2, MetricsText::label("lane", "a\"b\\c\nd") + "," + MetricsText::label("x", ""));
  CHECK(t.take() ==
        "# HELP kiosk_waiting Who waits.\n# TYPE kiosk_waiting gauge\nkiosk_waiting 3\n"
        "# HELP kiosk_seconds How long.\n# TYPE kiosk_seconds histogram\n"
        "kiosk_seconds_sum{lane=\"push\"} 0.123457\n"
        "kiosk_seconds_count{lane=\"a\\\"b\\\\c d\",x=\"\"} 2\n");
}
