// The branch head's report as one drawing: how many came and were served, how long they waited and were served, and the
// service level, by hour, service and counter. A whole SVG 1.1 file of its own: no script, no font inside, nothing
// fetched. Every bar carries its words as <title>, for the pointer and for screen readers.
// Thread: any; pure. Units: seconds in, minutes drawn.
#pragma once
#include <map>
#include <string>

#include "base/date.h"
#include "domain/queue/report.h"

namespace kiosk::i18n {
class Language;
}

namespace kiosk::paper {

struct PlotHead {
  std::string branch_name;
  Date from, to;                                // days of the report, both included
  std::map<std::string, std::string> services;  // names by code; a code without one stands for itself
};
std::string report_svg(const domain::QueueReport&, const PlotHead&, const i18n::Language&);

}  // namespace kiosk::paper
