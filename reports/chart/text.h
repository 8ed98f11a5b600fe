// Texts in drawings: how wide they are, and how much of one fits.
#pragma once

#include <string>
#include <string_view>

namespace firedrill::reports {

// About the width of a text at 11 pixels.
double text_width(std::string_view text);
// As much of it as fits, with an ellipsis where something is missing.
std::string shortened(std::string_view text, double width);

}  // namespace firedrill::reports
