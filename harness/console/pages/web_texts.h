// Files that pages load, written into the program when it is built (cmake/web_texts.cmake).
#pragma once

#include <span>
#include <string_view>

namespace firedrill::console::pages {

struct WebText {
  std::string_view path;  // "/app.js"
  std::string_view text;
};
std::span<const WebText> web_texts();

}  // namespace firedrill::console::pages
