// The pages of whoever runs a drill: the truth, what can be let happen, what the trainee does.
#pragma once

#include <span>

#include "base/text/json.h"
#include "console/pages/page_table.h"

namespace firedrill::console::pages {

// Below which the trainee's pages stand, as the trainee sees them.
inline constexpr std::string_view kPastTrainee = "/trainee";
// The truth as a host tells it; only these pages have it.
std::span<const PageSpec> facilitator_pages();
Html facilitator_body(const View& view, const json::object& truth);

}  // namespace firedrill::console::pages
