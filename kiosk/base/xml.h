// Text inside XML: what is drawn as SVG and what a speech program reads as SSML. Pure.
#pragma once
#include <string>
#include <string_view>

namespace kiosk {

// What XML 1.0 may hold of a text, with its marks escaped; control characters (not ends of lines
// and tabs) and bytes that are no UTF-8 are left out.
std::string xml_text(std::string_view utf8);

}  // namespace kiosk
