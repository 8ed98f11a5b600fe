// What may be wider than a telephone: it scrolls sideways there, by finger and by keyboard, and says so.
#pragma once

#include <string>
#include <string_view>

namespace firedrill::reports {

// The style sheet knows from which width of the screen on each of them is too wide, and shows the words only then.
enum class Wide { table, chart, lanes };

// `name`: of what is in it, for readers of the markup.
std::string scrolled(Wide kind, std::string_view name, const std::string& body);

}  // namespace firedrill::reports
