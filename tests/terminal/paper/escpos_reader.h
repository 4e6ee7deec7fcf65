// Reads ESC/POS as a receipt printer would, as far as our papers go: text with its size and place, rasters, the cut.
// Draws the strip of paper, so that a person can look at it and a code reader can read it.
#pragma once
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "base/bytes.h"

struct Strip {
  std::string text;  // lines as printed, joined by '\n'
  cv::Mat picture;   // grey, one pixel a dot
  int cuts = 0;
  int largest = 1;                  // of the character sizes used
  std::vector<std::string> faults;  // unknown commands, lines too wide
};

Strip read_escpos(kiosk::ByteView bytes, int dots);
