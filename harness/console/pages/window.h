// The stretch of time that all charts of a page show: the last half hour, unless the address says otherwise
// (?range=30m, or ?from=…&to=…, as a chart that is zoomed says it).
#pragma once

#include <string>

#include "base/time.h"
#include "console/pages/markup.h"
#include "console/request/form.h"
#include "console/session.h"

namespace firedrill::console::pages {

struct Window {
  Time from{};
  Time to{};
  bool follows = true;        // its end is now
  std::string range = "30m";  // of one that follows
  // Of its points: whole scrapes, at least.
  Duration step{};

  // What an address has to say to mean the same: kept in every link from chart to chart.
  Query query() const;
};

// As the form asks; never beyond now, and never before there was anything. What cannot be read is as if it were not
// there.
Window window_of(const Form& form, const Session& session);

// How it is chosen: ranges, earlier, later, now. `path`: of the page, `rest`: what else its address says.
Html window_bar(const Window& window, const Session& session, std::string_view path, const Query& rest);

}  // namespace firedrill::console::pages
