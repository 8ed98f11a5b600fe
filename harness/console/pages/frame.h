// What every page has around it: the clock, how time goes, where else to look.
#pragma once

#include <span>
#include <string_view>

#include "console/pages/page_table.h"
#include "console/pages/view.h"

namespace firedrill::console::pages {

struct Frame {
  std::string_view role;  // "trainee" | "facilitator": whose pages they are
  std::string title;
  Html lead{};  // above the page
  Html body{};
  Html beside{};  // empty: nothing stands beside it
  std::span<const PageSpec> pages{};
  std::string_view path;  // of the page at hand
  std::string instance;   // of the server, so that a page knows when another one answers
  std::uint64_t version = 0;
};

// Of whoever runs the drill, above what the trainee sees: the trainee's pages.
Html mirror_bar(const View& view, std::span<const PageSpec> pages);

std::string framed(const View& view, const Frame& frame);

// Of who has no session yet, or one of another server: hands the token in the address to the server.
std::string door_page();

}  // namespace firedrill::console::pages
