// What whoever works the drill can do, beside every page: say how bad it is and what it may be, act on production, tell
// others, ask for a hint.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "console/pages/view.h"

namespace firedrill::console::pages {

Html respond(const View& view);

// What stands first in a choice that has to be made.
inline const std::pair<std::string, std::string> kChoose{"", "choose…"};
// Fields of forms, each with its label.
Html choice(std::string_view id, std::string_view name, std::string_view label,
            const std::vector<std::pair<std::string, std::string>>& options, std::string_view chosen = "");
Html text_field(std::string_view id, std::string_view name, std::string_view label, std::string_view example,
                std::string_view more = "");

// The form for a post to the team or to the status page, with the templates of both.
Html post_form(const View& view);

}  // namespace firedrill::console::pages
